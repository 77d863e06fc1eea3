//! Answers in the shapes in which servers give them, good ones and bad ones.

use serde_json::json;

use super::*;

fn history(entry: Value) -> Option<End> {
    end(&json!({ "p": entry }), "p")
}

fn end(body: &Value, prompt: &str) -> Option<End> {
    super::history(body.to_string().as_bytes(), prompt)?.map(|ended| ended.end)
}

#[test]
fn nan_in_a_body_is_read_as_null_and_in_a_string_as_text() {
    assert_eq!(
        json(br#"{"a": NaN, "b": "NaN \" NaN", "c": -Infinity}"#),
        Some(json!({ "a": null, "b": "NaN \" NaN", "c": null }))
    );
    assert_eq!(json(b"<html>"), None);
    assert_eq!(json(b"NaN"), Some(Value::Null));
}

#[test]
fn seeds_stay_whole() {
    assert_eq!(json(b"18446744073709551615").unwrap().as_u64(), Some(u64::MAX));
}

#[test]
fn an_unknown_prompt_has_no_end() {
    assert_eq!(end(&json!({}), "p"), None);
    assert_eq!(super::history(b"[1]", "p"), None);
    assert_eq!(super::history(b"{}", "p"), Some(None));
}

#[test]
fn success_names_its_images() {
    let entry = json!({
        "outputs": { "9": { "images": [{ "filename": "a_00001_.png", "subfolder": "lab", "type": "output" }] } },
        "status": { "status_str": "success", "completed": true, "messages": [["execution_success", {}]] }
    });
    let Some(End::Done(outputs)) = history(entry) else { panic!() };
    assert_eq!(outputs["9"][0].filename, "a_00001_.png");
    assert_eq!(outputs["9"][0].subfolder, "lab");
}

#[test]
fn a_failure_is_an_end_although_it_never_completes() {
    let error = json!({ "node_id": 5, "node_type": "KSampler", "exception_type": "torch.OutOfMemoryError",
        "exception_message": "Allocation on device \u{1b}[31m" });
    let messages = json!([["execution_start", {}], ["execution_error", error]]);
    let entry = json!({ "outputs": { "9": { "images": [] } },
        "status": { "status_str": "error", "completed": false, "messages": messages } });
    let Some(End::Failed(fault)) = history(entry) else { panic!() };
    assert_eq!((fault.class, fault.node.as_str(), fault.node_type.as_str()), (Class::OutOfMemory, "5", "KSampler"));
    assert_eq!(fault.message, "Allocation on device");
}

#[test]
fn the_class_of_a_failure_is_told_by_type_and_words() {
    let class = |kind: &str, message: &str| {
        let error = json!({ "exception_type": kind, "exception_message": message });
        let entry = json!({ "status": { "status_str": "error", "messages": [["execution_error", error]] } });
        match history(entry) {
            Some(End::Failed(fault)) => fault.class,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(class("FileNotFoundError", "x"), Class::MissingFile);
    assert_eq!(class("ValueError", "no"), Class::Node);
    assert_eq!(class("RuntimeError", "CUDA out of memory"), Class::OutOfMemory);
}

#[test]
fn an_interrupt_and_a_bare_error_are_ends_too() {
    let status = |messages: Value| json!({ "outputs": {}, "status": { "status_str": "error", "completed": false, "messages": messages } });
    assert_eq!(history(status(json!([["execution_interrupted", {}]]))), Some(End::Interrupted));
    let Some(End::Failed(fault)) = history(status(json!([]))) else { panic!() };
    assert_eq!(fault.class, Class::Unknown);
}

#[test]
fn two_hundred_with_faults_of_nodes_is_a_refusal() {
    let body = json!({ "prompt_id": "p", "number": 1, "node_errors": { "7": { "class_type": "SaveImage",
        "errors": [{ "type": "required_input_missing", "message": "Required input is missing", "details": "images" }] } } });
    let Posted::InPart(refusal) = posted(200, body.to_string().as_bytes()) else { panic!() };
    assert_eq!(refusal.message, "node `7` (SaveImage): Required input is missing images");
}

#[test]
fn a_missing_file_is_told_apart_from_a_wrong_value() {
    let body = |kind: &str| {
        json!({ "error": { "type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation" },
            "node_errors": { "lora1": { "class_type": "LoraLoader", "errors": [{ "type": kind, "message": "m",
                "details": "d", "extra_info": { "input_name": "lora_name", "received_value": "nope.safetensors" } }] } } })
    };
    let Posted::Refused(missing) = posted(400, body("value_not_in_list").to_string().as_bytes()) else { panic!() };
    assert!(missing.missing);
    assert_eq!(missing.message, "node `lora1` (LoraLoader): `lora_name` is \"nope.safetensors\", which is not there");
    let Posted::Refused(wrong) = posted(400, body("value_bigger_than_max").to_string().as_bytes()) else { panic!() };
    assert!(!wrong.missing);
}

#[test]
fn other_answers_to_a_prompt_are_told_apart() {
    assert_eq!(posted(200, br#"{"prompt_id":"p","number":2.5,"node_errors":{}}"#), Posted::Accepted("p".to_owned()));
    let Posted::Unavailable(text) = posted(500, b"500 Internal Server Error\n\nServer got itself in trouble") else {
        panic!()
    };
    assert_eq!(text, "HTTP 500: 500 Internal Server Error Server got itself in trouble");
    assert!(matches!(posted(200, b"<html>hello"), Posted::NotComfyui(_)));
    assert!(matches!(posted(404, b""), Posted::NotComfyui(_)));
    let nan = br#"{"error":{"type":"prompt_outputs_failed_validation","message":"m","details":""},"node_errors":{"3":{"class_type":"K","errors":[{"type":"value_bigger_than_max","message":"Value NaN","details":"cfg","extra_info":{"received_value":NaN}}]}}}"#;
    assert!(matches!(posted(400, nan), Posted::Refused(_)));
    assert!(matches!(posted(400, b"not json"), Posted::Refused(_)));
}

#[test]
fn a_queue_is_read_by_ids() {
    let body = json!({ "queue_running": [[1, "a", {}, {}, []]], "queue_pending": [[3, "c", {}, {}, []], [2.5, 7, {}, {}, []], "odd"] });
    let queue = queue(body.to_string().as_bytes()).unwrap();
    assert!(queue.has("a") && queue.has("7") && !queue.has("x"));
    assert_eq!(super::queue(b"{}"), None);
    assert_eq!(remaining(br#"{"exec_info":{"queue_remaining":3}}"#), Some(3));
}

#[test]
fn uploads_keep_the_name_that_the_server_gave() {
    let uploaded = uploaded(br#"{"name":"u (1).png","subfolder":"dgxp","type":"input"}"#).unwrap();
    assert_eq!(uploaded.value(), "dgxp/u (1).png");
}

#[test]
fn frames_are_read_and_odd_ones_are_tolerated() {
    let progress = |text: &str| frame(text);
    let p = Some("p".to_owned());
    assert_eq!(
        progress(r#"{"type":"progress","data":{"value":1,"max":3,"prompt_id":"p","node":"2"}}"#),
        Frame::Progress { prompt: p.clone(), step: Some((1, 3)) }
    );
    let nodes = r#"{"type":"progress_state","data":{"prompt_id":"p","nodes":{"1":{"value":1,"max":1,"state":"finished"},"2":{"value":2.0,"max":8.0,"state":"running"}}}}"#;
    assert_eq!(progress(nodes), Frame::Progress { prompt: p.clone(), step: Some((2, 8)) });
    assert_eq!(progress(r#"{"type":"executing","data":{"node":"2"}}"#), Frame::Progress { prompt: None, step: None });
    assert_eq!(
        progress(r#"{"type":"executing","data":{"node":null,"prompt_id":"p"}}"#),
        Frame::Ended { prompt: "p".to_owned() }
    );
    assert_eq!(progress(r#"{"type":"crystools.monitor","data":{}}"#), Frame::Other);
    assert_eq!(progress("nonsense"), Frame::Other);
    assert_eq!(progress("[]"), Frame::Other);
}

#[test]
fn previews_are_told_by_their_bytes() {
    let jpeg = [0xff, 0xd8, 0xff, 0xe0];
    let plain = [&[0, 0, 0, 1, 0, 0, 0, 1][..], &jpeg].concat();
    assert_eq!(preview(&plain).unwrap().format, "jpeg");
    let about = br#"{"prompt_id":"p","image_type":"image/jpeg"}"#;
    let with_ids = [&[0, 0, 0, 4][..], &(about.len() as u32).to_be_bytes(), about, &jpeg].concat();
    assert_eq!(preview(&with_ids).unwrap().prompt.as_deref(), Some("p"));
    for odd in [&[][..], &[0, 0, 0, 1], &[0, 0, 0, 3, 0, 0, 0, 1, b'2', b'x'], &[0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff, 1]]
    {
        assert_eq!(preview(odd), None);
    }
}
