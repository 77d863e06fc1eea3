//! The report: one file that needs nothing else, in which foreign text stays text.

use insta::assert_snapshot;
use serde_json::Value;

use crate::project::{GAME, KNIGHT, Project};

/// The data of a page, as a browser reads it.
fn data(page: &str) -> Value {
    let start = "<script type=\"application/json\" id=\"data\">";
    let json = page.split_once(start).unwrap().1.split_once("</script>").unwrap().0;
    serde_json::from_str(json).unwrap()
}

fn asset<'a>(report: &'a Value, name: &str) -> &'a Value {
    report["assets"].as_array().unwrap().iter().find(|asset| asset["name"] == name).unwrap()
}

#[test]
fn a_page_has_every_asset_with_its_images_and_reaches_for_nothing() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let tree = project.tree();
    project.run(&["report", "--out", "report.html"]).exit(0).makes(&tree);
    let page = project.text("report.html");
    let report = data(&page);
    assert_eq!(report["assets"].as_array().unwrap().len(), 12);
    for asset in report["assets"].as_array().unwrap() {
        assert!(asset["image"]["src"].as_str().unwrap().starts_with("data:image/png;base64,"), "{asset}");
    }
    let walk = asset(&report, "knight-walk");
    assert_eq!((&walk["image"]["frames"], walk["choices"].as_array().unwrap().len()), (&2.into(), 2));
    assert_eq!(walk["round"], serde_json::json!([0, 1]));
    let knight = asset(&report, "knight");
    let candidates = knight["choices"][0]["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 2);
    assert!(candidates.iter().all(|candidate| candidate["image"].is_object() && candidate["photo"].is_object()));
    // A pick has its raw with the grid, since a file cannot ask for them.
    let (picked, others): (Vec<&Value>, Vec<&Value>) = candidates.iter().partition(|one| one["picked"].is_string());
    let large = &picked[0]["large"];
    assert!(large["photo"]["src"].as_str().unwrap().starts_with("data:image/"));
    let [columns, rows] = [0, 1].map(|at| large["grid"]["cells"][at].as_u64().unwrap());
    assert_eq!(large["grid"]["corners"].as_array().unwrap().len() as u64, (columns + 1) * (rows + 1));
    assert!(others.iter().all(|other| other["large"].is_null()));
    assert!(knight["thresholds"].as_array().unwrap().iter().any(|gate| gate["metric"] == "grid"));
    assert_eq!(asset(&report, "meadow")["tiles"]["layout"], "blob47");
    // No other host, no other file, and the policy that forbids both.
    let code = page.split_once("id=\"data\">").unwrap();
    let code = format!("{}{}", code.0, code.1.split_once("</script>").unwrap().1);
    for foreign in ["http:", "https:", "//cdn", "@import", "url(", "fetch(", "innerHTML", "eval("] {
        assert!(!code.contains(foreign), "{foreign}");
    }
    assert!(code.contains("default-src 'none'"));
}

#[test]
fn names_and_prompts_are_text_whatever_they_hold() {
    let hostile = "</script><img src=x onerror=alert(1)>&amp;<!--{{data}}\u{202e}\u{2028}";
    let project = Project::with(&format!(
        "{}prompt2 = 1",
        KNIGHT
            .replace(
                "prompt = \"knight\"",
                &format!("prompt = \"{}\"", hostile.replace("{{", "{{{{").replace("}}", "}}}}"))
            )
            .replace("name = \"test\"", "name = \"<b>test & co\"")
    ));
    project.edit("pixels.toml", "prompt2 = 1", "");
    project.build(&[]).exit(0);
    project.run(&["report", "--out", "report.html", "--markdown", "report.md"]).exit(0);
    let page = project.text("report.html");
    let (report, title) = (data(&page), "<title>&lt;b&gt;test &amp; co ");
    assert_eq!(report["project"], "<b>test & co");
    assert_eq!(asset(&report, "knight")["prompt"], hostile);
    assert!(page.contains(title) && !page.contains("<img src=x") && !page.contains("<b>test"));
    assert_eq!(page.matches("</script>").count(), 2, "the data ends a script");
    let table = project.text("report.md");
    assert!(table.contains("### &lt;b&gt;test &amp; co"), "{table}");
}

#[test]
fn a_report_takes_the_place_of_reports_alone() {
    let project = Project::with(KNIGHT).file("mine.html", "<p>mine</p>").file("empty.md", "");
    let mut shown = project.transcript(&["report"]);
    project.build(&[]).exit(0);
    shown += &project.transcript(&["report", "report", "report --out mine.html", "report --markdown empty.md"]);
    shown += &project.transcript(&["report --markdown empty.md -q", "report --out mine.html --force", "report night"]);
    assert_snapshot!(shown.replace('\\', "/"));
    assert!(project.text("mine.html").contains("dgx-pixels report"));
}

#[test]
fn a_table_has_what_needs_a_look_first() {
    let ghost = "[sprite.ghost]\npreset = \"creature\"\nprompt = \"ghost\"\nsize = 16\ngates = { coverage = 990 }\nreroll = 0\n";
    let project = Project::with(&format!("{GAME}{ghost}"));
    project.run(&["report", "--markdown", "new.md", "guard"]).exit(0);
    project.build(&[]).exit(3);
    project.run(&["pick", "knight", "2"]).exit(0);
    project.edit("pixels.toml", "{color} potion", "{color} flask");
    project.run(&["report", "--markdown", "report.md"]).exit(0);
    assert_snapshot!(format!("{}\n{}", project.text("new.md"), project.text("report.md")));
}

#[test]
fn a_clone_without_captures_reports_what_is_committed() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    project.remove(".dgx-pixels");
    project.run(&["report", "--out", "report.html"]).exit(0);
    let report = data(&project.text("report.html"));
    let knight = asset(&report, "knight");
    assert!(knight["image"].is_object() && knight["choices"][0]["candidates"][0]["photo"].is_null());
    // A texture writes no file of its own.
    assert!(asset(&report, "grass")["error"].as_str().unwrap().contains("no image on this machine"));
}

#[test]
fn a_report_since_a_revision_has_what_changed_before_and_after() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let project = project.git_init();
    let report = |arguments: &[&str]| {
        project.run(&[&["report", "--out", "r.html", "--markdown", "r.md"], arguments].concat()).exit(0);
        data(&project.text("r.html"))
    };
    assert_eq!(report(&["--since", "HEAD"])["assets"], serde_json::json!([]));
    project.run(&["pick", "knight", "2"]).exit(0);
    project.edit("pixels.toml", "\"red\", \"blue\", \"green\"", "\"red\", \"blue\"");
    project.append("pixels.toml", "[sprite.axe]\npreset = \"item\"\nprompt = \"axe\"\nsize = 16\n");
    project.edit("pixels.toml", "prompt = \"dirt\"", "prompt = \"dirt\"\npalette = \"pico-8\"");
    project.build(&[]).exit(0);
    // Whether the cache has the images of then or only git does.
    for cached in [true, false] {
        if !cached {
            project.remove(".dgx-pixels");
        }
        let report = report(&["--since", "main"]);
        assert_eq!((&report["since"], &report["removed"]), (&"main".into(), &serde_json::json!(["potion@green"])));
        let of = |name: &str| asset(&report, name)["change"].as_str().unwrap();
        assert_eq!((of("axe"), of("knight"), of("dirt")), ("new", "changed", "changed"));
        assert!(asset(&report, "meadow")["before"].is_object() && asset(&report, "axe")["before"].is_null());
        assert_ne!(asset(&report, "meadow")["before"], asset(&report, "meadow")["image"]);
        assert!(!report["assets"].as_array().unwrap().iter().any(|asset| asset["name"] == "guard@s"));
    }
    assert_snapshot!(project.text("r.md"));
    let mut shown = project.transcript(&["report --since nowhere", "report --since=--all", "report --since HEAD~9"]);
    shown += &Project::with(KNIGHT).transcript(&["report --since HEAD"]);
    assert_snapshot!(shown);
}

#[test]
fn a_table_shows_pictures_of_an_address() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let project = project.git_init();
    let table = |arguments: &[&str]| {
        let run = project.run(&[&["report", "--markdown", "out/r.md", "--images", "out/art"], arguments].concat());
        run.exit(0);
        project.text("out/r.md")
    };
    let all = table(&[]);
    let shown = project.files("out/art");
    assert_eq!((shown.len(), all.matches("![](art/").count()), (12, 12), "{all}");
    for (path, bytes) in &shown {
        assert!(all.contains(&format!("![]({})", path.strip_prefix("out/").unwrap())), "{path}: {all}");
        let size = image::load_from_memory(bytes).unwrap();
        assert!(size.width() <= 288 && size.height() <= 96, "{path}: {}x{}", size.width(), size.height());
    }
    project.edit("pixels.toml", "prompt = \"dirt\"", "prompt = \"dirt\"\npalette = \"pico-8\"");
    project.build(&[]).exit(0);
    let changed = table(&["--since", "main", "--image-base", "https://example.org/art (1)/"]);
    let line = changed.lines().find(|line| line.starts_with("| dirt |")).unwrap();
    assert_eq!(line.matches("![](https://example.org/art%20%281%29/texture-dirt-").count(), 2, "{line}");
    // What is there already is as it was.
    assert!(project.files("out/art").len() > shown.len());
    assert!(shown.iter().all(|(path, bytes)| project.files("out/art").get(path) == Some(bytes)));
}
