//! The handover of the desk through the ledger: who is responsible changes for everyone at once.

use crate::support::case::OFFICER;
use crate::support::server::{TestServer, fresh_id};
use nightdesk::api::route;
use nightdesk::api::types::{ChangesPage, DirectoryAnswer, IncidentPage, Me};
use nightdesk::domain::directory::Directory;
use nightdesk::domain::rota::{Tier, next_shift};
use nightdesk::server;
use serde_json::{Value, json};

#[tokio::test]
async fn the_desk_is_handed_over_and_what_each_may_see_goes_with_it() {
    let server = TestServer::start().await;
    let outgoing = server.signed_in(OFFICER).await;
    let directory: Directory = outgoing.get(route::DIRECTORY).await.ok();
    let next = next_shift(&directory.shifts, Tier::First, server.clock.now()).unwrap();
    let incoming = server.signed_in(next.person.as_str()).await;
    let before: IncidentPage = incoming.get(route::INCIDENTS).await.ok();
    let accept = json!({"type": "accept_handover", "shift": next.id});
    let early = incoming
        .send(route::DIRECTORY_COMMANDS, fresh_id(), None, &accept)
        .await;
    assert_eq!(early.problem(), (422, "invalid".to_owned()));
    let offer = json!({"type": "offer_handover", "shift": next.id, "note": "quiet night"});
    let foreign = incoming
        .send(route::DIRECTORY_COMMANDS, fresh_id(), None, &offer)
        .await;
    assert_eq!(foreign.problem(), (403, "not_allowed".to_owned()));
    let offered = outgoing
        .send(route::DIRECTORY_COMMANDS, fresh_id(), None, &offer)
        .await;
    let offered: DirectoryAnswer = offered.ok();
    let path = format!("{}?after={}", route::CHANGES, before.changes_after);
    let page: ChangesPage = incoming.get(&path).await.ok();
    assert_eq!(page.directory_version, offered.directory.version);
    let key = fresh_id();
    let accepted: Value = incoming
        .send(route::DIRECTORY_COMMANDS, key, None, &accept)
        .await
        .ok();
    let again = incoming
        .send(route::DIRECTORY_COMMANDS, key, None, &accept)
        .await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.value()["seq"], accepted["seq"]);
    let me: Me = incoming.get(route::ME).await.ok();
    assert!(me.on_call.contains(&Tier::First));
    let not_me: Me = outgoing.get(route::ME).await.ok();
    assert!(not_me.on_call.is_empty());
    let stale = incoming.get(&path).await;
    assert_eq!(stale.problem(), (410, "view_changed".to_owned()));
    assert!(
        server::verify(&server.store)
            .await
            .unwrap()
            .faults
            .is_empty()
    );
}
