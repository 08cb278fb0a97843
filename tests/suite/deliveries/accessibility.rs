//! The page of a notice by what a real browser makes of it: WCAG 2.2, levels A and AA.
//!
//! What only a person can judge, such as whether the words are plain, is not measured here.

use super::notices::{expire, link, stands, told_by_mail};
use crate::support::browser::Browser;
use crate::support::case::OFFICER;
use crate::support::mail::MailServer;
use nightdesk::domain::partners::PartnerState;
use serde_json::{Value, json};

const MEASURES: &str = include_str!("../../data/page_measures.js");

/// As WebDriver names the key.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

/// A wide window, the same at 200 %, and the narrowest that has to do, in pixels of CSS.
const WIDTHS: [u32; 3] = [1280, 640, 320];

/// What is wrong with the page that is shown, at every width.
async fn faults(browser: &Browser) -> Vec<Value> {
    let mut faults = Vec::new();
    for width in WIDTHS {
        browser.is_wide(width).await;
        let found = browser.says(MEASURES).await;
        faults.extend(found.as_array().unwrap().iter().cloned());
    }
    faults
}

async fn has_none(browser: &Browser, heading: &str) {
    assert_eq!(browser.text("h1").await, heading);
    assert_eq!(faults(browser).await, Vec::<Value>::new(), "{heading}");
}

async fn focused(browser: &Browser) -> Value {
    browser
        .says("return document.activeElement.id || document.activeElement.tagName")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_the_page_can_be_read_and_used_by_keyboard_alone_at_any_width() {
    let mut mail = MailServer::start(&json!({}));
    let (server, id, message) = told_by_mail(&mut mail).await;
    let officer = server.signed_in(OFFICER).await;
    let url = format!("{}{}", server.url, link(&message.content));
    let browser = Browser::start().await;
    browser.open(&url).await;
    let asks = "Acknowledge incident INC-26-0001-G";
    has_none(&browser, asks).await;

    for (at, typed) in [("name", "Ada Marsh"), ("role", " ")] {
        browser.keys(TAB).await;
        assert_eq!(focused(&browser).await, at);
        has_none(&browser, asks).await;
        browser.keys(typed).await;
    }
    browser.keys(TAB).await;
    assert_eq!(focused(&browser).await, "BUTTON");
    has_none(&browser, asks).await;
    browser.keys_to_the_next_page(ENTER).await;
    // What is wrong is in the title too, which is what a reader of screens says first.
    let title = browser.says("return document.title").await;
    assert!(title.as_str().unwrap().starts_with("Error: "), "{title}");
    has_none(&browser, asks).await;
    let told = browser.text("[role=alert]").await;
    assert!(told.contains("Enter your role"), "{told}");
    browser.keys(TAB).await;
    browser.keys(ENTER).await;
    assert_eq!(focused(&browser).await, "role");
    let answer = format!("Duty manager{ENTER}");
    browser.keys_to_the_next_page(&answer).await;
    has_none(&browser, "Thank you").await;
    stands(&officer, id, PartnerState::Acknowledged).await;

    browser.open(&url).await;
    has_none(&browser, "This notice has been acknowledged").await;
    browser.open(&format!("{}/ack/x", server.url)).await;
    has_none(&browser, "This link does not work").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_link_that_expired_can_be_read_too() {
    let mut mail = MailServer::start(&json!({}));
    let (server, id, message) = told_by_mail(&mut mail).await;
    let officer = server.signed_in(OFFICER).await;
    stands(&officer, id, PartnerState::Notified).await;
    let path = link(&message.content);
    expire(&server);
    let browser = Browser::start().await;
    browser.open(&format!("{}{path}", server.url)).await;
    has_none(&browser, "This link has expired").await;
}

/// The measures see what they look for.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_every_fault_is_found_out() {
    let page = "<body><div style='width:700px;color:%23999'>Pale and too wide</div>\
        <input id='a' style='height:10px;border:1px solid %23eee'>\
        <button id='a' style='width:10px;overflow:hidden'>Send</button>\
        <a href='%23nowhere' style='text-decoration:none'>there</a>";
    let browser = Browser::start().await;
    browser.open(&format!("data:text/html,{page}")).await;
    browser.keys(TAB).await;
    let unseen = "document.activeElement.style.outline = 'none'";
    browser.says(unseen).await;
    let found = format!("{:?}", faults(&browser).await);
    for criterion in [
        "1.3.1 structure",
        "1.3.1 headings",
        "1.3.1 one of a name",
        "1.3.5",
        "1.4.1 ",
        "1.4.3",
        "1.4.10",
        "1.4.11",
        "1.4.12",
        "2.4.2",
        "2.4.4",
        "2.4.7",
        "2.5.8",
        "3.1.1",
        "3.3.2",
    ] {
        assert!(found.contains(criterion), "{criterion}: {found}");
    }
}
