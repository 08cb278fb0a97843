//! The questions of a step as they stand for one incident: what can be chosen, what is proposed.

use super::{Ask, Kind, Need, Setting, Step, Things, Words};
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::Organisation;
use crate::domain::guard;
use crate::domain::handoff;
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::regulator::{Body, Content, Item, Known};
use crate::domain::role::Role;
use crate::steps::words::spelt;
use std::collections::BTreeSet;

/// A question, ready to be put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The place in the command that it fills.
    pub pointer: &'static str,
    /// What is asked.
    pub label: &'static str,
    /// How to answer.
    pub hint: &'static str,
    /// What can be answered.
    pub answering: Answering,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answering {
    /// In words; these are proposed.
    Text(String),
    /// By a time; this one is proposed.
    Time(String),
    /// By one of these; the one at this place is chosen at first.
    One(Vec<Choice>, usize),
    /// By any of these; none is chosen at first.
    Many(Vec<Choice>),
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it stands for; empty where it leaves the question open.
    pub key: String,
    /// What people call it.
    pub words: String,
}

impl Choice {
    fn open(words: &str) -> Self {
        Self {
            key: String::new(),
            words: words.to_owned(),
        }
    }
}

/// Items that any notification has.
const ITEMS: usize = 6;
/// Where each item's state stands, and its words.
const CONTENTS: [(&str, &str); ITEMS] = [
    ("/contents/0", "/contents/0/text"),
    ("/contents/1", "/contents/1/text"),
    ("/contents/2", "/contents/2/text"),
    ("/contents/3", "/contents/3/text"),
    ("/contents/4", "/contents/4/text"),
    ("/contents/5", "/contents/5/text"),
];

/// The items of a body, each with the pointers of its state and of its words.
pub fn places(body: Body) -> impl Iterator<Item = (Item, &'static str, &'static str)> {
    let items = body.contents().iter().copied();
    items
        .zip(CONTENTS)
        .map(|(item, (state, text))| (item, state, text))
}

impl Step {
    /// Its questions on an incident. What leaves nothing to answer is not asked.
    pub fn questions(&self, setting: &Setting<'_>) -> Vec<Question> {
        let audits = Things::Recommendations.of(setting);
        self.asks
            .iter()
            .flat_map(|ask| match ask.kind {
                Kind::Contents(body) => contents(body, setting),
                Kind::CarriedOut | Kind::Beside if audits.is_empty() => Vec::new(),
                Kind::Ticks if ticks(setting).is_empty() => Vec::new(),
                _ => vec![ask.question(setting)],
            })
            .collect()
    }
}

impl Ask {
    pub(super) fn question(&self, setting: &Setting<'_>) -> Question {
        let preset = self.preset.to_owned();
        let answering = match self.kind {
            Kind::Text | Kind::Beside | Kind::Day | Kind::Number | Kind::Hash | Kind::Incident => {
                Answering::Text(preset)
            }
            Kind::Time | Kind::Moment => Answering::Time(preset),
            Kind::YesNo => self.one(yes_or_no()),
            Kind::Word(words) => self.one(words.choices()),
            Kind::ManyWords(words) => Answering::Many(words.choices()),
            Kind::Thing(things) => self.one_of(things, setting),
            Kind::Controller => controllers(setting),
            Kind::OtherControllers => Answering::Many(others(setting)),
            Kind::Organisation => self.one(organisations(setting, |_| true)),
            Kind::Organisations => Answering::Many(organisations(setting, |_| true)),
            Kind::Partners => Answering::Many(organisations(setting, |known| known.partner)),
            Kind::Person => self.one(investigators(setting)),
            Kind::Officer => self.one(officers(setting)),
            Kind::Ticks => Answering::Many(ticks(setting)),
            Kind::CarriedOut => Answering::Many(things(Things::Recommendations, setting)),
            // Asked item by item.
            Kind::Contents(_) => Answering::Many(Vec::new()),
        };
        Question {
            pointer: self.pointer,
            label: self.label,
            hint: self.hint,
            answering,
        }
    }

    /// A choice that begins with what is proposed, else with nothing chosen: a slip must not decide.
    fn one(&self, mut choices: Vec<Choice>) -> Answering {
        let proposed = choices.iter().position(|choice| choice.key == self.preset);
        if let (Some(place), true) = (proposed, self.is_proposed()) {
            return Answering::One(choices, place);
        }
        let open = match (self.need, self.hint) {
            _ if !self.preset.is_empty() => "not chosen yet",
            (Need::Needed, _) => "not chosen yet",
            (Need::Optional, "") => "not said",
            (Need::Optional, hint) => hint,
        };
        choices.insert(0, Choice::open(open));
        Answering::One(choices, 0)
    }

    /// Whether a form chooses the preset at first. What somebody asserts by it is theirs to say: the
    /// preset is for the shell then, which is told what it stands for.
    fn is_proposed(&self) -> bool {
        let is_asserted = matches!(self.kind, Kind::YesNo | Kind::Word(Words::Clocks));
        !self.preset.is_empty() && !is_asserted
    }

    /// Where there is only one thing, it is the one that is meant.
    fn one_of(&self, sort: Things, setting: &Setting<'_>) -> Answering {
        let choices = things(sort, setting);
        if choices.len() < 2 {
            Answering::One(choices, 0)
        } else {
            self.one(choices)
        }
    }
}

fn yes_or_no() -> Vec<Choice> {
    ["no", "yes"].map(|word| choice(word, word)).into()
}

fn choice(key: impl Into<String>, words: impl Into<String>) -> Choice {
    Choice {
        key: key.into(),
        words: words.into(),
    }
}

fn things(sort: Things, setting: &Setting<'_>) -> Vec<Choice> {
    let things = sort.of(setting).into_iter();
    things
        .map(|thing| choice(thing.handle, thing.words))
        .collect()
}

fn named(id: &OrganisationId, setting: &Setting<'_>) -> Choice {
    choice(id.as_str(), setting.directory.organisation_name(id))
}

/// The controllers of the data; where none is named yet, whose procedure is followed; and operators of
/// essential services whose clock runs.
fn controllers(setting: &Setting<'_>) -> Answering {
    let incident = setting.incident;
    let operators = incident.clocks.iter();
    let operators = operators
        .filter(|clock| clock.kind == ClockKind::Nis72h)
        .filter_map(|clock| clock.controller.as_ref());
    let mut controllers: Vec<&OrganisationId> = incident.controllers().iter().collect();
    for operator in operators {
        if !controllers.contains(&operator) {
            controllers.push(operator);
        }
    }
    let mine = setting.controller();
    let place = controllers.iter().position(|known| *known == mine);
    let choices = controllers.iter().map(|id| named(id, setting)).collect();
    Answering::One(choices, place.unwrap_or_default())
}

fn others(setting: &Setting<'_>) -> Vec<Choice> {
    let mine = setting.controller();
    let controllers = setting.incident.facts.controllers.iter();
    controllers
        .filter(|known| *known != mine)
        .map(|id| named(id, setting))
        .collect()
}

fn organisations(setting: &Setting<'_>, which: impl Fn(&Organisation) -> bool) -> Vec<Choice> {
    let known = setting.directory.organisations.iter();
    known
        .filter(|organisation| which(organisation))
        .map(|organisation| named(&organisation.id, setting))
        .collect()
}

/// People who hold a role that takes part in investigations, at an organisation that is a party.
fn investigators(setting: &Setting<'_>) -> Vec<Choice> {
    const ROLES: [Role; 7] = [
        Role::Igt,
        Role::Dpo,
        Role::Adpo,
        Role::Csm,
        Role::Wso,
        Role::Iaa,
        Role::Lm,
    ];
    let parties: BTreeSet<&OrganisationId> = setting.incident.parties().collect();
    let mut known = BTreeSet::new();
    let holders = ROLES.into_iter().flat_map(|role| {
        let holders = setting.directory.holders(role, None, setting.now);
        let parties = &parties;
        holders
            .into_iter()
            .filter(move |holding| role == Role::Wso || parties.contains(&holding.organisation))
    });
    holders
        .filter(|holding| known.insert(&holding.person))
        .map(|holding| person(&holding.person, holding.role, setting))
        .collect()
}

fn person(id: &PersonId, role: Role, setting: &Setting<'_>) -> Choice {
    let name = setting.directory.person_name(id);
    choice(id.as_str(), format!("{name} ({})", role.code()))
}

fn officers(setting: &Setting<'_>) -> Vec<Choice> {
    let incident = setting.incident;
    let home = std::iter::once(incident.home());
    let controllers: BTreeSet<_> = home.chain(&incident.facts.controllers).collect();
    controllers
        .into_iter()
        .flat_map(|controller| {
            [Role::Dpo, Role::Adpo].into_iter().flat_map(move |role| {
                setting
                    .directory
                    .holders(role, Some(controller), setting.now)
            })
        })
        .map(|holding| {
            let (name, role) = (
                setting.directory.person_name(&holding.person),
                holding.role.short(),
            );
            let whose = setting.directory.organisation_name(&holding.organisation);
            choice(
                holding.person.as_str(),
                format!("{name} ({role} of {whose})"),
            )
        })
        .collect()
}

fn ticks(setting: &Setting<'_>) -> Vec<Choice> {
    guard::to_tick(setting.incident, &setting.surroundings())
        .into_iter()
        .map(|tick| choice(spelt(&tick), tick.name()))
        .collect()
}

/// Two questions an item: how far it is known, and its words, as prepared or else as proposed.
fn contents(body: Body, setting: &Setting<'_>) -> Vec<Question> {
    let controller = setting.controller();
    let proposed = handoff::contents(
        setting.incident,
        body,
        controller,
        setting.directory,
        setting.now,
    );
    places(body)
        .zip(proposed)
        .flat_map(|((item, state, text), content)| {
            [
                Question {
                    pointer: state,
                    label: item.label(),
                    hint: "",
                    answering: known(&content),
                },
                Question {
                    pointer: text,
                    label: "",
                    hint: item.name(),
                    answering: Answering::Text(content.text.map(Into::into).unwrap_or_default()),
                },
            ]
        })
        .collect()
}

fn known(content: &Content) -> Answering {
    let place = Known::ALL.iter().position(|known| *known == content.known);
    Answering::One(Words::Knowledge.choices(), place.unwrap_or_default())
}
