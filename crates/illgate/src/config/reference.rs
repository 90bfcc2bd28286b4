//! What is written from the table of keys: the reference for people and the commented example.

use super::table::{KEYS, SECTIONS};

/// The reference of every key, as Markdown.
pub(crate) fn reference() -> String {
    let mut text = String::from(
        "# illgate.toml\n\n\
         The process's settings. Everything about libraries is in the registry (`illgate peers`).\n\n\
         `illgate` reads the file that `--config` or `ILLGATE_CONFIG` names, else `illgate.toml` in the working folder.\n\
         Each key can be overridden by the environment variable beside it. An unknown key, section or variable is an error.\n\
         `illgate config check` tells everything that is wrong; `illgate config show` where each value came from.\n",
    );
    for (section, doc) in SECTIONS {
        text += &format!("\n## [{section}]\n\n{}\n\n", joined(doc));
        text += "| key | default | what it is | variable |\n|---|---|---|---|\n";
        for key in KEYS.iter().filter(|key| key.section == *section) {
            text += &format!(
                "| `{}` | `{}` | {} Wanted: {}. | `{}` |\n",
                key.name,
                key.toml(key.default),
                joined(key.doc),
                key.kind,
                key.variable()
            );
        }
    }
    text
}

/// A file with every key, commented out at its default.
#[cfg(test)]
pub(crate) fn example() -> String {
    let mut text = String::from(
        "# Settings of illgate. Every key is listed with its default; remove the `#` to change it.\n\
         # The reference is schemas/illgate.toml.md, or `illgate config reference`.\n",
    );
    for (section, doc) in SECTIONS {
        text.push('\n');
        for line in *doc {
            text += &format!("#{line}\n");
        }
        text += &format!("[{section}]\n");
        for key in KEYS.iter().filter(|key| key.section == *section) {
            for line in key.doc {
                text += &format!("#{line}\n");
            }
            text += &format!("#{} = {}\n", key.name, key.toml(key.default));
        }
    }
    text
}

fn joined(doc: &[&str]) -> String {
    doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, read::read};

    #[test]
    fn the_reference_and_the_example_are_fresh() {
        testkit::same_as_checked_in("schemas/illgate.toml.md", &reference());
        testkit::same_as_checked_in("deploy/illgate.toml", &example());
    }

    #[test]
    fn the_example_reads_and_so_it_does_with_every_key_set() {
        let (loaded, problems) = read(&example(), std::iter::empty());
        assert_eq!((loaded.config, problems.as_slice()), (Config::default(), [].as_slice()));
        let set: String = example()
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(key) if key.contains(" = ") && !key.starts_with(' ') => format!("{key}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let (loaded, problems) = read(&set, std::iter::empty());
        assert_eq!((loaded.config, problems.as_slice()), (Config::default(), [].as_slice()));
        assert!(loaded.origins.iter().all(|origin| matches!(origin, crate::config::Origin::Line(_))));
    }
}
