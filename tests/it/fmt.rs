//! `fmt`: one way of writing a manifest, in which comments stay where they belong.

use crate::project::Project;

/// Head, unordered tables, lists on one line and on several, comments before, behind and after everything.
const UNTIDY: &str = "\
#:schema ./pixels.schema.json
# Ours.


[sprite.knight]   # the hero
size=16 # small


  # what it is
prompt   =   \"a knight\"
preset = [\"character\",\"16bit\",]
matrix = {color=[\"red\",\"blue\"]}
[project]
name = \"test\"
out        = \"assets\"
backend    = \"sketch\"
candidates = 1        # one
reroll     = 0        # none

# its walk
[animation.walk]
frames = 2
of = \"knight\"
[recipe.default]
# by Endesga
palette = [
  \"#101010\", # night
    \"#f0f0f0\",
]
# the end";

const TIDY: &str = "\
#:schema ./pixels.schema.json
# Ours.

[project]
name = \"test\"
out        = \"assets\"
backend    = \"sketch\"
candidates = 1        # one
reroll     = 0        # none

[recipe.default]
# by Endesga
palette = [
  \"#101010\", # night
    \"#f0f0f0\",
]
# the end

[sprite.knight]   # the hero
preset = [\"character\", \"16bit\"]

# what it is
prompt = \"a knight\"
size = 16 # small
matrix = { color = [\"red\", \"blue\"] }

# its walk
[animation.walk]
of = \"knight\"
frames = 2
";

#[test]
fn an_untidy_manifest_becomes_tidy_and_says_the_same() {
    let project = Project::with(UNTIDY);
    let plan = project.run(&["plan", "--json"]).exit(0).stdout;
    project.run(&["fmt", "--check"]).exit(4).says("would format pixels.toml");
    assert_eq!(project.text("pixels.toml"), UNTIDY);
    project.run(&["fmt"]).exit(0).says("formatted pixels.toml");
    assert_eq!(project.text("pixels.toml"), TIDY);
    project.run(&["fmt", "--check"]).exit(0);
    assert_eq!(project.run(&["plan", "--json"]).exit(0).stdout, plan);
}

#[test]
fn what_this_tool_writes_is_tidy() {
    let project = Project::new();
    project.run(&["init", "--backend", "sketch", "game", "--example"]).exit(0);
    project.run(&["-C", "game", "fmt", "--check"]).exit(0);
    project.run(&["-C", "game", "add", "sprite", "axe", "an axe", "--size", "16", "--tags", "a,b"]).exit(0);
    project.run(&["-C", "game", "fmt", "--check"]).exit(0);
}

#[test]
fn line_ends_stay_and_a_broken_manifest_is_left_alone() {
    let project = Project::with(&UNTIDY.replace('\n', "\r\n"));
    project.run(&["fmt"]).exit(0);
    assert_eq!(project.text("pixels.toml"), TIDY.replace('\n', "\r\n"));
    let project = Project::with("[project]\nname = \n");
    project.run(&["fmt"]).exit(2);
    assert_eq!(project.text("pixels.toml"), "[project]\nname = \n");
}
