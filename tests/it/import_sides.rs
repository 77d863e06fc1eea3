//! Which text is the prompt and which the negative: sides are followed by name, through every stage, or asked about.

use dgx_pixels::workflow::import::{By, Imported, Wanted, import};
use dgx_pixels::workflow::{Catalogue, WorkflowError};
use serde_json::{Value, json};

use crate::imports::{imported, node, refused, sdxl, table};

/// The rows of prompt and negative.
fn sides(imported: &Imported) -> Vec<String> {
    table(imported).into_iter().filter(|row| row.starts_with("prompt") || row.starts_with("negative")).collect()
}

fn wanted(name: &str, node: &str, input: Option<&str>) -> Wanted {
    Wanted { name: name.to_owned(), node: node.to_owned(), input: input.map(str::to_owned) }
}

/// A sampler behind a node with these outputs for model, positive and negative.
fn behind(slots: [u64; 3]) -> Value {
    let mut graph = sdxl();
    graph["20"] =
        node("ApplyThings", json!({ "weight": 0.8, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0] }));
    for (input, slot) in ["model", "positive", "negative"].into_iter().zip(slots) {
        graph["3"]["inputs"][input] = json!(["20", slot]);
    }
    graph
}

fn catalogue(outputs: Value, names: Value) -> Catalogue {
    let input = json!({ "required": { "weight": ["FLOAT"], "model": ["MODEL"], "positive": ["CONDITIONING"],
        "negative": ["CONDITIONING"] } });
    let class = json!({ "ApplyThings": { "input": input, "output": outputs, "output_name": names } });
    Catalogue::read(&class).unwrap()
}

fn with(graph: &Value, catalogue: &Catalogue) -> Result<Imported, WorkflowError> {
    import("own", graph.to_string().as_bytes(), &[], catalogue)
}

#[test]
fn a_node_that_gives_model_positive_and_negative_swaps_nothing() {
    let found = imported(&behind([0, 1, 2]));
    assert_eq!(sides(&found), ["prompt 6.text", "negative 7.text"]);
    assert_eq!(found.bindings[0].by, By::Guess);
    assert!(found.notes[0].message.contains("check that `prompt` and `negative` are not swapped"), "{:?}", found.notes);
}

#[test]
fn the_names_of_a_server_decide_and_never_the_numbers() {
    let names = json!(["negative", "positive", "MODEL"]);
    let known = catalogue(json!(["CONDITIONING", "CONDITIONING", "MODEL"]), names);
    let found = with(&behind([2, 1, 0]), &known).unwrap();
    assert_eq!((sides(&found), found.notes.len()), (vec!["prompt 6.text".to_owned(), "negative 7.text".to_owned()], 0));
    assert_eq!(found.bindings[0].by, By::Link);
    // The graph itself crosses its sides here.
    let found = with(&behind([2, 0, 1]), &known).unwrap();
    assert_eq!(sides(&found), ["prompt 7.text", "negative 6.text"]);
}

#[test]
fn sides_that_cannot_be_told_are_a_question() {
    // The other way round than in every class that is known, and one output for both.
    for graph in [behind([0, 2, 1]), behind([0, 1, 1])] {
        let (message, hint) = refused(&graph, &[]);
        assert_eq!(
            message,
            "it is not known which output of node `20` (ApplyThings) is positive and which is negative"
        );
        assert!(
            hint.contains("`--bind prompt=NODE --bind negative=NODE`") && hint.contains("`--server URL`"),
            "{hint}"
        );
        let by_hand = [wanted("prompt", "6", None), wanted("negative", "7", None)];
        let found = import("own", graph.to_string().as_bytes(), &by_hand, Catalogue::recorded()).unwrap();
        assert_eq!(sides(&found), ["prompt 6.text", "negative 7.text"]);
    }
    // One output without a name for both sides, of a class that is known.
    let known = catalogue(json!(["MODEL", "CONDITIONING"]), json!(["MODEL", "CONDITIONING"]));
    assert_eq!(with(&behind([0, 1, 1]), &known).unwrap_err().code(), "workflow-unclear");
}

#[test]
fn a_sampler_may_call_its_sides_otherwise() {
    let mut graph = sdxl();
    graph["3"] = node(
        "XlabsSampler",
        json!({ "model": ["4", 0], "conditioning": ["6", 0], "neg_conditioning": ["7", 0],
        "latent_image": ["5", 0], "noise_seed": 3, "steps": 9 }),
    );
    assert_eq!(sides(&imported(&graph)), ["prompt 6.text", "negative 7.text"]);
}

#[test]
fn pipes_carry_both_sides() {
    let mut graph = sdxl();
    graph["20"] = node(
        "ToBasicPipe",
        json!({ "model": ["4", 0], "clip": ["4", 1], "vae": ["4", 2],
        "positive": ["6", 0], "negative": ["7", 0] }),
    );
    graph["21"] =
        node("KSamplerPipe", json!({ "basic_pipe": ["20", 0], "latent_image": ["5", 0], "seed": 3, "steps": 9 }));
    graph["8"]["inputs"]["samples"] = json!(["21", 0]);
    let found = imported(&graph);
    assert_eq!(sides(&found), ["prompt 6.text", "negative 7.text"]);
    assert!(table(&found).contains(&"checkpoint 4.ckpt_name".to_owned()), "{:?}", table(&found));
}

#[test]
fn a_node_with_both_texts_is_read_by_the_names_of_its_inputs() {
    let mut graph = sdxl();
    graph["20"] =
        node("Loader", json!({ "ckpt_name": "a", "positive": "a castle", "negative": "blurry", "preset": "x" }));
    for (input, slot) in [("model", 0), ("positive", 1), ("negative", 2)] {
        graph["3"]["inputs"][input] = json!(["20", slot]);
    }
    assert_eq!(sides(&imported(&graph)), ["prompt 20.positive", "negative 20.negative"]);
}

/// A base and a refiner that continues it.
fn refiner(positive: &str, noise: &str) -> Value {
    let mut graph = sdxl();
    graph["12"] = node("CheckpointLoaderSimple", json!({ "ckpt_name": "refiner.safetensors" }));
    graph["15"] = node("CLIPTextEncode", json!({ "text": positive, "clip": ["12", 1] }));
    graph["16"] = node("CLIPTextEncode", json!({ "text": "blurry", "clip": ["12", 1] }));
    graph["11"] = node(
        "KSamplerAdvanced",
        json!({ "model": ["12", 0], "add_noise": noise, "noise_seed": 0, "steps": 20,
        "cfg": 7.5, "sampler_name": "euler", "scheduler": "normal", "positive": ["15", 0], "negative": ["16", 0],
        "latent_image": ["3", 0], "start_at_step": 16, "end_at_step": 10000, "return_with_leftover_noise": "disable" }),
    );
    graph["8"]["inputs"]["samples"] = json!(["11", 0]);
    graph
}

#[test]
fn a_refiner_gets_the_texts_of_its_base_and_keeps_the_seed_of_no_noise() {
    let found = imported(&refiner("a castle", "disable"));
    assert_eq!(sides(&found), ["prompt 15.text", "prompt 6.text", "negative 16.text", "negative 7.text"]);
    let rows = table(&found);
    assert!(!rows.iter().any(|row| row.starts_with("seed 11")), "{rows:#?}");
    let notes: Vec<&str> = found.notes.iter().map(|note| &*note.message).collect();
    let notes = notes.join("\n");
    assert!(notes.contains("node `11` hands over at step 16 of 20"), "{notes}");
    assert!(notes.contains("the model `refiner.safetensors` in node `12`"), "{notes}");
    // With more in it, it is still the same prompt; where noise is added, the seed matters.
    let found = imported(&refiner("a castle, sharp", "enable"));
    assert_eq!(sides(&found)[0], "prompt 15.text");
    assert!(table(&found).contains(&"seed 11.noise_seed".to_owned()));
}

#[test]
fn a_later_stage_with_another_text_is_a_question() {
    let graph = refiner("a detailed face", "enable");
    let (message, hint) = refused(&graph, &[]);
    assert_eq!(
        message,
        "another stage has its own text for the prompt: \"a detailed face\" of node `15` (CLIPTextEncode), `text`"
    );
    assert!(hint.contains("`--bind keep=15.text` leaves that one alone"), "{hint}");
    let keep = |wanted: &[Wanted]| import("own", graph.to_string().as_bytes(), wanted, Catalogue::recorded()).unwrap();
    assert_eq!(sides(&keep(&[wanted("keep", "15", None)]))[0], "prompt 6.text");
    let both = [wanted("prompt", "6", None), wanted("prompt", "15", None)];
    assert_eq!(sides(&keep(&both))[..2], ["prompt 15.text", "prompt 6.text"]);
}

#[test]
fn several_texts_of_one_side_are_a_question() {
    let mut joined = sdxl();
    joined["60"] =
        node("StringConcatenate", json!({ "string_a": "pixel art of ", "string_b": "a castle", "delimiter": "" }));
    joined["6"]["inputs"]["text"] = json!(["60", 0]);
    let (message, hint) = refused(&joined, &[]);
    assert!(message.contains("\"pixel art of \" of node `60` (StringConcatenate), `string_a`"), "{message}");
    assert!(hint.contains("`--bind prompt=60.string_b`"), "{hint}");
    let by_hand = [wanted("prompt", "60", Some("string_b"))];
    let found = import("own", joined.to_string().as_bytes(), &by_hand, Catalogue::recorded()).unwrap();
    assert_eq!(sides(&found)[0], "prompt 60.string_b");
    assert_eq!(found.graph["60"]["inputs"]["string_a"], "pixel art of ");
    let kept = [wanted("keep", "60", Some("string_a"))];
    let found = import("own", joined.to_string().as_bytes(), &kept, Catalogue::recorded()).unwrap();
    assert_eq!(sides(&found)[0], "prompt 60.string_b");
    // An empty part is none.
    joined["60"]["inputs"]["string_a"] = json!("");
    assert_eq!(sides(&imported(&joined))[0], "prompt 60.string_b");

    // Which of two empty texts is meant does not show.
    joined["60"]["inputs"]["string_b"] = json!(["61", 0]);
    joined["61"] = node("PrimitiveString", json!({ "value": "" }));
    assert!(refused(&joined, &[]).1.contains("--bind prompt="));

    let mut combined = sdxl();
    combined["61"] = node("CLIPTextEncode", json!({ "text": "a red dragon", "clip": ["4", 1] }));
    combined["62"] = node("ConditioningCombine", json!({ "conditioning_1": ["6", 0], "conditioning_2": ["61", 0] }));
    combined["3"]["inputs"]["positive"] = json!(["62", 0]);
    assert_eq!(refused(&combined, &[]).0.matches(" of node ").count(), 2);
}

#[test]
fn a_switch_with_a_value_hands_on_one_text() {
    let mut graph = sdxl();
    graph["60"] =
        node("ImpactSwitch", json!({ "select": 2, "input1": ["61", 0], "input2": ["62", 0], "sel_mode": false }));
    graph["61"] = node("PrimitiveStringMultiline", json!({ "value": "a hut" }));
    graph["62"] = node("PrimitiveStringMultiline", json!({ "value": "a castle" }));
    graph["6"]["inputs"]["text"] = json!(["60", 0]);
    assert_eq!(sides(&imported(&graph))[0], "prompt 62.value");
    // Which text a switch without a value takes is not known.
    graph["63"] = node("PickOne", json!({ "text1": ["61", 0], "text2": ["62", 0] }));
    graph["6"]["inputs"]["text"] = json!(["63", 0]);
    assert!(refused(&graph, &[]).0.starts_with("the prompt is made of several texts"));
}

#[test]
fn one_number_for_two_sides_is_bound_at_both() {
    let mut graph = sdxl();
    graph["30"] = node("PrimitiveInt", json!({ "value": 1024 }));
    (graph["5"]["inputs"]["width"], graph["5"]["inputs"]["height"]) = (json!(["30", 0]), json!(["30", 0]));
    let found = imported(&graph);
    let rows = table(&found);
    assert!(rows.contains(&"width 5.width".to_owned()) && rows.contains(&"height 5.height".to_owned()), "{rows:#?}");
    assert!(found.graph.get("30").is_none(), "{:#}", found.graph);
    assert_eq!(found.style.canvas, Some([1024, 1024]));
    // One number for one side of two nodes stays one.
    graph["31"] = node("PrimitiveInt", json!({ "value": 768 }));
    graph["5"]["inputs"]["height"] = json!(["31", 0]);
    assert!(table(&imported(&graph)).contains(&"height 31.value".to_owned()));
}

#[test]
fn a_detailer_is_a_stage_too() {
    let mut graph = sdxl();
    graph["50"] = node(
        "FaceDetailer",
        json!({ "image": ["8", 0], "model": ["4", 0], "clip": ["4", 1], "vae": ["4", 2],
        "positive": ["6", 0], "negative": ["7", 0], "seed": 99, "steps": 12, "sam_mask_hint_use_negative": "False" }),
    );
    graph["9"]["inputs"]["images"] = json!(["50", 0]);
    let found = imported(&graph);
    assert_eq!(sides(&found), ["prompt 6.text", "negative 7.text"]);
    assert!(table(&found).contains(&"seed 50.seed".to_owned()), "{:#?}", table(&found));
}

#[test]
fn what_was_bound_is_kept_to_be_seen() {
    let mut graph = sdxl();
    graph["6"]["_meta"]["title"] = json!("Positive");
    let found = imported(&graph);
    assert_eq!((found.bindings[0].title.as_str(), &found.bindings[0].was), ("Positive", &json!("a castle")));
    assert_eq!(found.graph["6"]["_meta"]["was"], json!({ "title": "Positive", "values": { "text": "a castle" } }));
    let again = imported(&found.graph);
    assert_eq!((again.bindings[0].title.as_str(), &again.bindings[0].was), ("Positive", &json!("a castle")));
}
