//! Who is in post: every role of two controllers, of the partnership and of a processor, with and
//! without vacancies, and one person in two roles.
//!
//! The people are those of the example directory, which is invented. The same officer is on call all
//! the time, so that nothing in the proof depends on a handover.

use crate::config;
use crate::domain::Instant;
use crate::domain::directory::{Actor, Directory};
use crate::domain::role::{Holding, Role};
use crate::domain::rota::{Shift, Tier};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// On call; works for the first controller.
pub(super) const OFFICER: &str = "tamsin.quill";
/// Data protection officer of the first controller.
pub(super) const DPO: &str = "bronwen.hartleap";
/// Deputy data protection officer of the first controller.
pub(super) const DEPUTY: &str = "cuthbert.wray";
/// Acting data protection officer of the first controller.
pub(super) const ACTING: &str = "nadia.coldstream";
/// Information governance team of everybody.
pub(super) const TEAM: &str = "idris.pennywell";
/// Senior information risk owner of the first controller.
pub(super) const SIRO: &str = "oona.merriweather";
/// Deputises for the SIRO.
pub(super) const DEPUTY_SIRO: &str = "hamish.underhay";
/// Caldicott Guardian of the first controller.
pub(super) const GUARDIAN: &str = "priya.fairweather";
/// Accountable Officer of the first controller.
pub(super) const ACCOUNTABLE: &str = "leopold.swanscombe";
/// Line manager at the first controller.
pub(super) const MANAGER: &str = "maud.fennimore";
/// Auditor.
pub(super) const AUDITOR: &str = "silas.nettlebed";
/// Partnership Security Officer, an interim.
pub(super) const SECURITY: &str = "marguerite.holloway";
/// Service desk of the host.
pub(super) const HOST: &str = "yusuf.hollybush";
/// Data protection officer of the second controller.
pub(super) const OTHER_DPO: &str = "winifred.osgood";
/// Senior information risk owner of the second controller.
pub(super) const OTHER_SIRO: &str = "rupert.calloway";
/// Caldicott Guardian of the second controller.
pub(super) const OTHER_GUARDIAN: &str = "anjali.summerscale";
/// Speaks for the second controller as a partner.
pub(super) const PARTNER: &str = "beatrix.wolverton";
/// Contact and data protection officer of the processor.
pub(super) const PROCESSOR: &str = "caspian.rowntree-vale";

/// Everybody who may try something, one of every role.
pub(super) const EVERYBODY: [&str; 18] = [
    OFFICER,
    DPO,
    DEPUTY,
    ACTING,
    TEAM,
    SIRO,
    DEPUTY_SIRO,
    GUARDIAN,
    ACCOUNTABLE,
    MANAGER,
    AUDITOR,
    SECURITY,
    HOST,
    OTHER_DPO,
    OTHER_SIRO,
    OTHER_GUARDIAN,
    PARTNER,
    PROCESSOR,
];

/// The first controller.
pub(super) const FIRST: &str = "riverbourne";
/// The second controller.
pub(super) const SECOND: &str = "eastmere";
/// The processor.
pub(super) const SUPPLIER: &str = "portalpath";

/// A directory with the rights of everybody in it.
pub(super) struct Post {
    pub(super) name: &'static str,
    /// Whether somebody is missing, or one person holds two roles.
    pub(super) is_vacant: bool,
    pub(super) directory: Directory,
    /// The same without people, for reports: what they count depends on nobody's name.
    pub(super) organisations: Directory,
    actors: BTreeMap<&'static str, Actor>,
}

impl Post {
    /// Somebody with the roles that they hold.
    pub(super) fn actor(&self, who: &str) -> &Actor {
        &self.actors[who]
    }
}

impl Post {
    /// Whether telling one role tells another one of that organisation, because nobody holds it: who stands
    /// in for whom, from the first to the last.
    pub(super) fn tells_instead(&self, told: Role, vacant: Role, of: &str) -> bool {
        let is_held = |role: Role| {
            let acts = role == Role::Dpo;
            let mut holdings = self.directory.holdings.iter();
            holdings.any(|held| {
                let is_it = held.role == role || (acts && held.role == Role::Adpo);
                is_it && (held.organisation.as_str() == of || role == Role::Wso)
            })
        };
        let in_turn: &[Role] = match vacant {
            Role::Dpo => &[Role::Siro, Role::Ao],
            Role::Siro => &[Role::Ao, Role::Cg],
            Role::Cg => &[Role::Siro, Role::Ao],
            Role::Ao => &[Role::Dpo],
            Role::Wso => &[Role::Host],
            _ => &[],
        };
        let first = in_turn
            .iter()
            .find(|role| **role == Role::Host || is_held(**role));
        !is_held(vacant) && first == Some(&told)
    }
}

/// The night on which everything begins: Friday 12 June 2026, 21:30 in London.
pub(super) fn the_night() -> Instant {
    "2026-06-12T20:30:00Z".parse().unwrap()
}

const IN_POST: &str = "everybody in post";

/// Everybody is in post.
pub(super) static FULL: LazyLock<Post> = LazyLock::new(|| post(IN_POST, |_| true));
/// The first controller has neither a data protection officer nor an acting one.
pub(super) static NO_DPO: LazyLock<Post> = LazyLock::new(|| {
    post("no DPO", |held| {
        !(matches!(held.role, Role::Dpo | Role::Adpo) && is_first(held))
    })
});
/// The second controller has neither a data protection officer nor an acting one.
pub(super) static NO_OTHER_DPO: LazyLock<Post> = LazyLock::new(|| {
    post("no DPO of the second controller", |held| {
        let is_second = held.organisation.as_str() == SECOND;
        !(matches!(held.role, Role::Dpo | Role::Adpo) && is_second)
    })
});
/// The first controller has no Caldicott Guardian.
pub(super) static NO_GUARDIAN: LazyLock<Post> = LazyLock::new(|| {
    post("no Caldicott Guardian", |held| {
        !(held.role == Role::Cg && is_first(held))
    })
});
/// The first controller has no senior information risk owner.
pub(super) static NO_SIRO: LazyLock<Post> = LazyLock::new(|| {
    post("no SIRO", |held| {
        !(held.role == Role::Siro && is_first(held))
    })
});
/// The partnership has no Security Officer.
pub(super) static NO_SECURITY: LazyLock<Post> =
    LazyLock::new(|| post("no Security Officer", |held| held.role != Role::Wso));
/// One person is senior information risk owner and Caldicott Guardian, and nobody is a deputy.
pub(super) static ONE_FOR_TWO: LazyLock<Post> = LazyLock::new(|| {
    let mut directory = directory(|held| {
        !(matches!(held.role, Role::Siro | Role::Cg) && is_first(held))
            || held.person.as_str() == SIRO
    });
    let siro = directory
        .holdings
        .iter()
        .find(|held| held.person.as_str() == SIRO);
    let guardian = Holding {
        role: Role::Cg,
        ..siro.unwrap().clone()
    };
    directory.holdings.push(guardian);
    seated("SIRO is Caldicott Guardian", directory)
});

/// One person is data protection officer and Caldicott Guardian of the first controller.
pub(super) static DPO_IS_GUARDIAN: LazyLock<Post> = LazyLock::new(|| {
    let mut directory = directory(|held| !(held.role == Role::Cg && is_first(held)));
    let dpo = directory
        .holdings
        .iter()
        .find(|held| held.person.as_str() == DPO);
    let guardian = Holding {
        role: Role::Cg,
        ..dpo.unwrap().clone()
    };
    directory.holdings.push(guardian);
    seated("DPO is Caldicott Guardian", directory)
});

fn is_first(held: &Holding) -> bool {
    held.organisation.as_str() == FIRST
}

fn post(name: &'static str, stays: impl Fn(&Holding) -> bool) -> Post {
    seated(name, directory(stays))
}

fn directory(stays: impl Fn(&Holding) -> bool) -> Directory {
    let mut directory = config::directory::example().unwrap();
    directory.holdings.retain(stays);
    let night = the_night();
    directory.shifts = vec![Shift {
        id: "always".into(),
        tier: Tier::First,
        organisation: FIRST.into(),
        person: OFFICER.into(),
        starts_at: night - TimeDelta::days(7),
        ends_at: night + TimeDelta::days(60),
        accepted_at: Some(night - TimeDelta::days(7)),
        offered_at: None,
        handover_note: None,
        swap_with: None,
        swap_note: None,
    }];
    directory
}

fn seated(name: &'static str, directory: Directory) -> Post {
    let night = the_night();
    let actors = EVERYBODY
        .into_iter()
        .map(|who| (who, directory.actor(&who.into(), night).unwrap()))
        .collect();
    let organisations = Directory {
        organisations: directory.organisations.clone(),
        ..Directory::default()
    };
    Post {
        name,
        is_vacant: name != IN_POST,
        directory,
        organisations,
        actors,
    }
}
