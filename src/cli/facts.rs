//! The facts of an incident as arguments, for `log` and `triage`.

use super::named;
use super::word;
use crate::domain::directory::Directory;
use crate::domain::incident::{
    BreachStatus, Category, Cia, DataEffect, DataScope, Facts, PartnershipEffect, ServiceState,
};
use clap::Args;

/// What kind of incident it is; all of it optional.
#[derive(Args)]
pub(super) struct FactArguments {
    /// Whether it is a breach
    #[arg(long, ignore_case = true, value_parser = word::one_of(&BreachStatus::ALL))]
    breach: Option<BreachStatus>,
    /// What prevented harm; required for a near miss
    #[arg(long)]
    harm_prevented_by: Option<String>,
    /// What happened
    #[arg(long, ignore_case = true, hide_possible_values = true, value_parser = word::one_of(Category::ALL))]
    category: Option<Category>,
    /// Whose or what data; may be given several times
    #[arg(long = "data", ignore_case = true, value_parser = word::one_of(&DataScope::ALL))]
    data_scope: Vec<DataScope>,
    /// Confidentiality, integrity, availability; may be given several times
    #[arg(long, ignore_case = true, value_parser = word::one_of(&Cia::ALL))]
    cia: Vec<Cia>,
    /// What happened to the data: loss, damage, destruction, unauthorised processing; may be given several times
    #[arg(long = "data-effect", ignore_case = true, value_parser = word::one_of(&DataEffect::ALL))]
    data_effects: Vec<DataEffect>,
    /// It is a cyber incident, or not
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    cyber: Option<bool>,
    /// It is a serious incident requiring investigation, or not
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    siri: Option<bool>,
    /// What links it to others into a trend
    #[arg(long)]
    trend_key: Option<String>,
    /// A controller of the data; may be given several times, the first leads
    #[arg(long = "controller", value_name = "ORGANISATION")]
    controllers: Vec<String>,
    /// A processor concerned; may be given several times
    #[arg(long = "processor", value_name = "ORGANISATION")]
    processors: Vec<String>,
    /// How many people the data are about
    #[arg(long, value_name = "NUMBER")]
    data_subjects: Option<u32>,
    /// Whether a service works less well, and whether that was planned
    #[arg(long, ignore_case = true, value_parser = word::one_of(&ServiceState::ALL))]
    service: Option<ServiceState>,
    /// Whether any partner is affected
    #[arg(long, ignore_case = true, value_parser = word::one_of(&PartnershipEffect::ALL))]
    partnership: Option<PartnershipEffect>,
    /// Why the wider assessment says so
    #[arg(long)]
    partnership_reason: Option<String>,
    /// A partner affected; may be given several times
    #[arg(long = "affects", value_name = "ORGANISATION")]
    affected_partners: Vec<String>,
}

impl FactArguments {
    /// The facts known before, with what the arguments name in their place.
    ///
    /// # Errors
    /// A sentence where an organisation is not in the directory.
    pub(super) fn over(&self, known: &Facts, directory: &Directory) -> anyhow::Result<Facts> {
        let mut facts = known.clone();
        let text = |text: &Option<String>| text.as_deref().map(Into::into);
        facts.breach_status = self.breach.unwrap_or(facts.breach_status);
        facts.harm_prevented_by = text(&self.harm_prevented_by).or(facts.harm_prevented_by);
        facts.category = self.category.or(facts.category);
        facts.cyber = self.cyber.unwrap_or(facts.cyber);
        facts.siri = self.siri.unwrap_or(facts.siri);
        facts.trend_key = text(&self.trend_key).or(facts.trend_key);
        facts.data_subjects = self.data_subjects.or(facts.data_subjects);
        facts.service = self.service.unwrap_or(facts.service);
        facts.partnership_effect = self.partnership.unwrap_or(facts.partnership_effect);
        facts.partnership_reason = text(&self.partnership_reason).or(facts.partnership_reason);
        if !self.data_scope.is_empty() {
            facts.data_scope = self.data_scope.iter().copied().collect();
        }
        if !self.cia.is_empty() {
            facts.cia = self.cia.iter().copied().collect();
        }
        if !self.data_effects.is_empty() {
            facts.data_effects = self.data_effects.iter().copied().collect();
        }
        self.name_organisations(&mut facts, directory)?;
        Ok(facts)
    }

    fn name_organisations(&self, facts: &mut Facts, directory: &Directory) -> anyhow::Result<()> {
        if !self.controllers.is_empty() {
            facts.controllers = named::organisations(&self.controllers, directory)?;
        }
        if !self.processors.is_empty() {
            facts.processors = named::organisations(&self.processors, directory)?;
        }
        if !self.affected_partners.is_empty() {
            facts.affected_partners = named::organisations(&self.affected_partners, directory)?;
        }
        Ok(())
    }
}
