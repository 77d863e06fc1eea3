//! Texts that leave the server name no folder of this machine.

use std::path::Path;

/// Replaces the folders of this machine in texts.
#[derive(Clone, Debug)]
pub(super) struct Redactor {
    /// A folder as it stands in JSON, and what is shown in its place; longer ones first.
    folders: Vec<(String, &'static str)>,
}

impl Redactor {
    /// For a project, whose own folder is left out of its paths.
    pub(super) fn new(root: &Path, store: Option<&Path>) -> Self {
        let mut folders = Vec::new();
        let mut add = |path: &Path, shown: &'static str| {
            for path in [Some(path.to_owned()), path.canonicalize().ok()].into_iter().flatten() {
                let text = path.to_string_lossy();
                let text = serde_json::to_string(text.trim_end_matches('/')).unwrap_or_default();
                let text = text.trim_matches('"').to_owned();
                // A root such as `/` would be found in every text.
                if text.len() > 1 && !folders.iter().any(|(other, _)| *other == text) {
                    folders.push((text, shown));
                }
            }
        };
        add(root, ".");
        if let Some(store) = store {
            add(store, "(store)");
        }
        std::env::current_dir().iter().for_each(|folder| add(folder, "."));
        for (name, shown) in [("HOME", "~"), ("USERPROFILE", "~"), ("TMPDIR", "(temp)")] {
            std::env::var_os(name).iter().for_each(|folder| add(Path::new(folder), shown));
        }
        add(&std::env::temp_dir(), "(temp)");
        folders.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        Self { folders }
    }

    /// A text in JSON without these folders: files in the project have their paths in it.
    pub(super) fn text(&self, mut json: String) -> String {
        for (folder, shown) in &self.folders {
            if json.contains(folder.as_str()) {
                if *shown == "." {
                    json = json.replace(&format!("{folder}/"), "");
                }
                json = json.replace(folder.as_str(), shown);
            }
        }
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_project_has_its_path_in_it() {
        let redactor = Redactor::new(Path::new("/srv/games/dungeon"), Some(Path::new("/mnt/store")));
        let text = r#"{"a":"/srv/games/dungeon/raw/a.png","b":"in `/srv/games/dungeon`","c":"/mnt/store/x"}"#;
        assert_eq!(redactor.text(text.to_owned()), r#"{"a":"raw/a.png","b":"in `.`","c":"(store)/x"}"#);
    }
}
