//! Settings: the built-in file, the officer's own on top, then the environment.

use nightdesk::config::settings::{Places, Settings, SettingsError, load};
use std::ffi::OsString;
use std::fs;
use tempfile::TempDir;

fn loaded(own: &str, variables: &[(&str, &str)]) -> (TempDir, Result<Settings, SettingsError>) {
    let home = TempDir::new().unwrap();
    let places = Places {
        config: home.path().join("config"),
        state: home.path().join("state"),
    };
    fs::create_dir_all(&places.config).unwrap();
    fs::write(places.settings_file(), own).unwrap();
    let variable = |name: &str| {
        let known = variables.iter().find(|(known, _)| *known == name);
        known.map(|(_, value)| OsString::from(value))
    };
    let settings = load(&places, variable);
    (home, settings)
}

#[test]
fn without_a_file_of_ones_own_the_built_in_one_holds() {
    let (home, settings) = loaded("", &[]);
    let settings = settings.unwrap();
    assert_eq!(settings.server, "");
    assert_eq!(settings.token_file, home.path().join("config/token"));
}

#[test]
fn ones_own_file_comes_before_the_built_in_one_and_the_environment_before_both() {
    let own = "server = \"https://mine.example.org\"";
    let (_home, settings) = loaded(own, &[]);
    assert_eq!(settings.unwrap().server, "https://mine.example.org");
    let environment = [("NIGHTDESK_SERVER", "https://night.example.org")];
    let (_home, settings) = loaded(own, &environment);
    assert_eq!(settings.unwrap().server, "https://night.example.org");
}

#[test]
fn a_relative_token_file_lies_beside_the_settings() {
    let (home, settings) = loaded("token_file = \"night.token\"", &[]);
    let expected = home.path().join("config/night.token");
    assert_eq!(settings.unwrap().token_file, expected);
}

#[test]
fn a_setting_that_does_not_exist_is_named_with_its_file() {
    let (home, settings) = loaded("sevrer = \"https://mine.example.org\"", &[]);
    let sentence = settings.unwrap_err().to_string();
    let file = home.path().join("config/nightdesk.toml");
    assert!(sentence.contains(file.to_str().unwrap()), "{sentence}");
    assert!(sentence.contains("sevrer"), "{sentence}");
}

#[test]
fn a_token_is_not_a_setting() {
    let (_home, settings) = loaded("token = \"ndk_secret\"", &[]);
    assert!(!settings.unwrap_err().to_string().contains("ndk_secret"));
}

#[test]
fn filters_are_saved_by_name_and_a_bad_one_is_told_at_once() {
    let own = "[filters]\nnight = \"owner:me due<4h\"\nsilent = \"partner:unreached\"";
    let (_home, settings) = loaded(own, &[]);
    let filters = settings.unwrap().filters;
    assert_eq!(filters["night"], "owner:me due<4h");
    assert_eq!(filters.len(), 2);
    for (own, why) in [
        (
            "night = \"sev>=9x\"",
            "\"sev>=9x\" needs a number from 1 to 5",
        ),
        (
            "night = \" \"",
            "the saved filter \"night\" cannot be used: it keeps everything",
        ),
        ("\" \" = \"owner:me\"", "give it a name"),
        ("night = 4", "invalid type"),
    ] {
        let (home, settings) = loaded(&format!("[filters]\n{own}"), &[]);
        let sentence = settings.unwrap_err().to_string();
        let file = home.path().join("config/nightdesk.toml");
        assert!(sentence.contains(why), "{sentence}");
        assert!(sentence.contains(file.to_str().unwrap()), "{sentence}");
    }
}
