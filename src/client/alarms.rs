//! The alarms that stand, on the officer's side: asking for them, and saying something of one.
//!
//! A receipt needs a live server, which alone knows what it has raised: it is sent at once, a few times
//! under the same id, and never kept for later. Deliberately decides nothing.

use super::given::{Given, until_known};
use super::http::{Failure, Http};
use crate::domain::alarm::{AlarmState, RaisedAlarm, Receipt};
use crate::domain::id::{AlarmId, CommandId};

/// What a receipt came to: the alarm as it is then.
pub type OnAlarm = Given<RaisedAlarm>;

/// Every alarm that stands, whether or not somebody has said that they know.
///
/// # Errors
/// Why the server did not say.
pub async fn standing(http: &Http) -> Result<Vec<RaisedAlarm>, Failure> {
    let mut standing = Vec::new();
    for state in [AlarmState::Open, AlarmState::Acknowledged] {
        let mut cursor = None;
        loop {
            let page = http.alarms(state, cursor.as_deref()).await?.body;
            standing.extend(page.alarms.into_iter().map(|shown| shown.raised));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(standing)
}

/// Says something of an alarm.
pub async fn receive(http: &Http, id: CommandId, alarm: AlarmId, receipt: Receipt) -> OnAlarm {
    let noted = until_known(|| http.receive_alarm(id, alarm, receipt)).await;
    noted.map(|shown| shown.raised)
}
