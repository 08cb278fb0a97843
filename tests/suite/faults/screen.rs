//! A server that answers and saves nothing, on the officer's screen.

use crate::support::console::{Console, reference_night};
use chrono::TimeDelta;
use nightdesk::client::http::Health;
use nightdesk::tui::message::Message;

#[test]
fn the_screen_says_that_nothing_is_saved_what_to_do_and_when_that_is_over() {
    let mut console = Console::on(reference_night());
    let since = console.server.now - TimeDelta::minutes(24);
    console.tell(Message::HealthHeard(Health {
        nothing_saved_since: Some(since),
        ..Health::default()
    }));
    let narrow = console.screen(80, 24);
    assert!(
        narrow.contains("The server has saved nothing since 01:50: call its operator"),
        "{narrow}"
    );
    assert!(narrow.contains("✗ nothing saved"), "{narrow}");
    console
        .press("z L")
        .shows("The server has saved nothing since 01:50");
    console.tell(Message::HealthHeard(Health::default()));
    let screen = console.screen(80, 24);
    assert!(screen.contains("The server saves again"), "{screen}");
    assert!(!screen.contains("nothing saved"), "{screen}");
}
