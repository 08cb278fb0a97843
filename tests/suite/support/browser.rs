//! A real browser without a screen: Chromium, driven by its chromedriver over WebDriver.

use super::process::client;
use reqwest::{Client, Method};
use rustix::process::{Pid, Signal};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The name that WebDriver gives an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one window; ends when it is dropped.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    client: Client,
}

impl Browser {
    /// Starts one.
    pub(crate) async fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // So that Chromium, which it starts, ends with it.
            .process_group(0)
            .spawn()
            .expect(
                "chromedriver cannot be run; install the packages chromium and chromium-driver",
            );
        let said = BufReader::new(driver.stdout.take().unwrap());
        let port: u16 = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let rest = line.split("started successfully on port ").nth(1)?;
                rest.trim_end_matches('.').parse().ok()
            })
            .expect("chromedriver did not start");
        let client = client();
        let options = json!({"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]});
        let wanted = json!({"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}});
        let url = format!("http://127.0.0.1:{port}/session");
        let answer = client.post(&url).json(&wanted).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let id = answer["value"]["sessionId"].as_str();
        let id = id.unwrap_or_else(|| panic!("Chromium did not start: {answer}"));
        Self {
            driver,
            session: format!("{url}/{id}"),
            client,
        }
    }

    /// Goes to an address.
    pub(crate) async fn open(&self, url: &str) {
        self.ask(Method::POST, "url", &json!({"url": url})).await;
    }

    /// The text of an element as people see it.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let path = format!("{}/text", self.element(selector).await);
        let text = self.ask(Method::GET, &path, &Value::Null).await;
        text.as_str().unwrap().to_owned()
    }

    /// Types into a field.
    pub(crate) async fn fill(&self, selector: &str, text: &str) {
        let path = format!("{}/value", self.element(selector).await);
        self.ask(Method::POST, &path, &json!({"text": text})).await;
    }

    /// Presses a button, and waits for the page that follows.
    pub(crate) async fn press(&self, selector: &str) {
        let path = format!("{}/click", self.element(selector).await);
        self.ask(Method::POST, &path, &json!({})).await;
    }

    /// Presses keys, whatever has the focus; WebDriver's code points stand for those without a letter.
    pub(crate) async fn keys(&self, keys: &str) {
        let presses = keys.chars().flat_map(|key| {
            ["keyDown", "keyUp"].map(|way| json!({"type": way, "value": key.to_string()}))
        });
        let presses: Vec<Value> = presses.collect();
        let keyboard = json!({"actions": [{"type": "key", "id": "keyboard", "actions": presses}]});
        self.ask(Method::POST, "actions", &keyboard).await;
    }

    /// Presses keys that send the page away, and waits for the one that follows: what is pressed does not
    /// wait for it.
    pub(crate) async fn keys_to_the_next_page(&self, keys: &str) {
        self.says("window.isLeft = true").await;
        self.keys(keys).await;
        let is_there = "return !window.isLeft && document.readyState === 'complete'";
        let script = json!({"script": is_there, "args": []});
        let coming = async {
            // Between two pages there is nothing that could be asked.
            while self.answer(Method::POST, "execute/sync", &script).await["value"] != true {
                tokio::task::yield_now().await;
            }
        };
        let within = Duration::from_secs(20);
        tokio::time::timeout(within, coming).await.unwrap();
    }

    /// What a function of JavaScript says of the page.
    pub(crate) async fn says(&self, function: &str) -> Value {
        let script = json!({"script": function, "args": []});
        self.ask(Method::POST, "execute/sync", &script).await
    }

    /// Shows pages on a screen of this width, in pixels of CSS.
    pub(crate) async fn is_wide(&self, width: u32) {
        let screen =
            json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        let command = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": screen});
        self.ask(Method::POST, "goog/cdp/execute", &command).await;
    }

    /// Whether there is such an element.
    pub(crate) async fn matches(&self, selector: &str) -> bool {
        let wanted = json!({"using": "css selector", "value": selector});
        let found = self.ask(Method::POST, "elements", &wanted).await;
        !found.as_array().unwrap().is_empty()
    }

    async fn element(&self, selector: &str) -> String {
        let wanted = json!({"using": "css selector", "value": selector});
        let found = self.ask(Method::POST, "element", &wanted).await;
        format!("element/{}", found[ELEMENT].as_str().unwrap())
    }

    async fn answer(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}/{path}", self.session);
        let mut request = self.client.request(method, url);
        if !body.is_null() {
            request = request.json(body);
        }
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Value {
        let answer = self.answer(method, path, body).await;
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.driver);
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
        let _ = self.driver.wait();
    }
}
