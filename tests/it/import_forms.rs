//! What an import reads: wrappers, comments, files of the editor, images; and which node's images are the result.

use dgx_pixels::workflow::Catalogue;
use dgx_pixels::workflow::import::{Imported, Wanted, import};
use serde_json::{Value, json};

use crate::imports::{imported, node, plain, refused, sdxl, sent, table};

fn of(file: &Value, catalogue: &Catalogue) -> Imported {
    import("own", file.to_string().as_bytes(), &[], catalogue)
        .unwrap_or_else(|error| panic!("{error}\n{}", error.hint()))
}

/// A node of the editor: inputs by name, type and link, outputs by name and type.
fn editor_node(id: u64, class: &str, inputs: &[(&str, &str, Option<u64>)], outputs: &[&str], values: Value) -> Value {
    let inputs: Vec<Value> =
        inputs.iter().map(|(name, of, link)| json!({ "name": name, "type": of, "link": link })).collect();
    let outputs: Vec<Value> = outputs.iter().map(|of| json!({ "name": of, "type": of })).collect();
    json!({ "id": id, "type": class, "mode": 0, "inputs": inputs, "outputs": outputs, "widgets_values": values })
}

/// The same graph as `sdxl`, as the editor saves it.
fn editor() -> Value {
    let nodes = [
        editor_node(
            3,
            "KSampler",
            &[
                ("model", "MODEL", Some(1)),
                ("positive", "CONDITIONING", Some(2)),
                ("negative", "CONDITIONING", Some(3)),
                ("latent_image", "LATENT", Some(4)),
            ],
            &["LATENT"],
            json!([156_680_208_700_286_u64, "randomize", 20, 7.5, "euler", "normal", 1]),
        ),
        editor_node(4, "CheckpointLoaderSimple", &[], &["MODEL", "CLIP", "VAE"], json!(["own/model.safetensors"])),
        editor_node(5, "EmptyLatentImage", &[], &["LATENT"], json!([832, 1216, 1])),
        editor_node(6, "CLIPTextEncode", &[("clip", "CLIP", Some(5))], &["CONDITIONING"], json!(["a castle"])),
        editor_node(7, "CLIPTextEncode", &[("clip", "CLIP", Some(6))], &["CONDITIONING"], json!(["blurry"])),
        editor_node(8, "VAEDecode", &[("samples", "LATENT", Some(7)), ("vae", "VAE", Some(8))], &["IMAGE"], json!([])),
        editor_node(9, "SaveImage", &[("images", "IMAGE", Some(9))], &[], json!(["ComfyUI"])),
        editor_node(10, "Note", &[], &[], json!(["to be read"])),
    ];
    let links = json!([
        [1, 4, 0, 3, 0, "MODEL"],
        [2, 6, 0, 3, 1, "CONDITIONING"],
        [3, 7, 0, 3, 2, "CONDITIONING"],
        [4, 5, 0, 3, 3, "LATENT"],
        [5, 4, 1, 6, 0, "CLIP"],
        [6, 4, 1, 7, 0, "CLIP"],
        [7, 3, 0, 8, 0, "LATENT"],
        [8, 4, 2, 8, 1, "VAE"],
        [9, 8, 0, 9, 0, "IMAGE"]
    ]);
    json!({ "last_node_id": 10, "nodes": nodes, "links": links, "groups": [], "version": 0.4 })
}

/// Puts a node into a link: what came over the link comes to its input, and its output takes the place.
fn between(graph: &mut Value, link: u64, mut node: Value) {
    let fresh = 100 + link;
    let links = graph["links"].as_array_mut().unwrap();
    let old = links.iter_mut().find(|old| old[0] == link).unwrap();
    let (from, slot) = (old[1].clone(), old[2].clone());
    (old[1], old[2]) = (node["id"].clone(), json!(0));
    links.push(json!([fresh, from, slot, node["id"], 0, "*"]));
    node["inputs"][0]["link"] = json!(fresh);
    graph["nodes"].as_array_mut().unwrap().push(node);
}

fn drawn(imported: &Imported) -> Value {
    sent(imported, "a castle", "blurry", "", 156_680_208_700_286, "ComfyUI")
}

#[test]
fn a_file_of_the_editor_is_the_export_of_it() {
    let found = of(&editor(), Catalogue::recorded());
    assert_eq!(table(&found), table(&imported(&sdxl())));
    assert_eq!(drawn(&found), plain(&sdxl()));
    let notes: Vec<&str> = found.notes.iter().map(|note| &*note.message).collect();
    assert_eq!(notes, ["the file is in the editor's form: 7 nodes were converted"]);
}

#[test]
fn empty_texts_and_fields_that_are_younger_than_the_file_are_there() {
    let mut graph = editor();
    graph["nodes"][4]["widgets_values"] = json!([""]);
    graph["nodes"][0]["widgets_values"] = json!([7, "fixed", 20, 7.5, "euler", "normal"]);
    let found = of(&graph, Catalogue::recorded());
    assert_eq!(found.graph["3"]["inputs"]["denoise"], 1.0);
    assert_eq!(found.graph["7"]["_meta"]["was"]["values"]["text"], "");
    assert!(table(&found).contains(&"negative 7.text".to_owned()));
}

#[test]
fn reroutes_primitives_muted_and_bypassed_nodes_are_what_the_editor_makes_of_them() {
    let mut graph = editor();
    between(&mut graph, 1, editor_node(20, "Reroute", &[("", "*", None)], &["MODEL"], Value::Null));
    let mut bypassed = editor_node(21, "LoraLoaderModelOnly", &[("model", "MODEL", None)], &["MODEL"], json!(["l", 1]));
    bypassed["mode"] = json!(4);
    between(&mut graph, 101, bypassed);
    // A number of the editor's own, and one that a node of another package holds.
    let nodes = graph["nodes"].as_array_mut().unwrap();
    nodes.push(editor_node(22, "PrimitiveNode", &[], &["INT"], json!([832, "fixed"])));
    nodes.push(editor_node(23, "easy int", &[], &["INT"], json!([1216])));
    for (name, link, from) in [("width", 40, 22), ("height", 41, 23)] {
        let socket = json!({ "name": name, "type": "INT", "link": link, "widget": { "name": name } });
        graph["nodes"][2]["inputs"].as_array_mut().unwrap().push(socket);
        graph["links"].as_array_mut().unwrap().push(json!([link, from, 0, 5, 0, "INT"]));
    }
    // A saver that is muted saves nothing.
    let mut muted = editor_node(24, "SaveImage", &[("images", "IMAGE", Some(42))], &[], json!(["muted"]));
    muted["mode"] = json!(2);
    graph["nodes"].as_array_mut().unwrap().push(muted);
    graph["links"].as_array_mut().unwrap().push(json!([42, 8, 0, 24, 0, "IMAGE"]));
    let found = of(&graph, Catalogue::recorded());
    assert_eq!(drawn(&found), plain(&sdxl()));
}

#[test]
fn subgraphs_are_inlined() {
    let mut graph = editor();
    let nodes = graph["nodes"].as_array_mut().unwrap();
    // The negative's encoder goes into a subgraph, twice deep, with its text as a field of the outer node.
    nodes.retain(|node| node["id"] != 7);
    let mut outer = editor_node(7, "outer-id", &[("clip", "CLIP", Some(6))], &["CONDITIONING"], json!(["blurry"]));
    outer["inputs"].as_array_mut().unwrap().push(json!({ "name": "text", "type": "STRING", "link": null,
        "widget": { "name": "text" } }));
    nodes.push(outer);
    let mut inner = editor_node(
        1,
        "inner-id",
        &[("clip", "CLIP", Some(1)), ("text", "STRING", Some(2))],
        &["CONDITIONING"],
        json!([]),
    );
    inner["mode"] = json!(0);
    let mut encoder = editor_node(
        2,
        "CLIPTextEncode",
        &[("clip", "CLIP", Some(1)), ("text", "STRING", Some(2))],
        &["CONDITIONING"],
        json!(["inside"]),
    );
    encoder["inputs"][1]["widget"] = json!({ "name": "text" });
    let link = |id: u64, from: i64, slot: u64, to: i64, target: u64| json!({ "id": id, "origin_id": from, "origin_slot": slot, "target_id": to, "target_slot": target, "type": "*" });
    let subgraph = |id: &str, node: Value, of: i64| {
        json!({ "id": id, "name": id, "inputs": [{ "name": "clip" }, { "name": "text" }], "outputs": [{ "name": "CONDITIONING" }],
            "nodes": [node], "links": [link(1, -10, 0, of, 0), link(2, -10, 1, of, 1), link(3, of, 0, -20, 0)] })
    };
    graph["definitions"] = json!({ "subgraphs": [subgraph("outer-id", inner, 1), subgraph("inner-id", encoder, 2)] });
    let found = of(&graph, Catalogue::recorded());
    assert!(table(&found).contains(&"negative 7:1:2.text".to_owned()), "{:#?}", table(&found));
    let graph = drawn(&found);
    assert_eq!(graph["7:1:2"]["inputs"], json!({ "text": "blurry", "clip": ["4", 1] }));
    assert_eq!(graph["3"]["inputs"]["negative"], json!(["7:1:2", 0]));
}

#[test]
fn subgraphs_without_an_end_are_refused() {
    let mut graph = editor();
    graph["nodes"].as_array_mut().unwrap().push(editor_node(30, "again", &[], &[], json!([])));
    let inside = editor_node(1, "again", &[], &[], json!([]));
    graph["definitions"] = json!({ "subgraphs": [{ "id": "again", "nodes": [inside], "links": [] }] });
    assert!(refused(&graph, &[]).0.contains("subgraphs are too many or too deep"));
}

#[test]
fn values_of_unknown_nodes_are_named_by_the_file_or_by_a_server() {
    let mut graph = editor();
    between(&mut graph, 9, editor_node(20, "Pixelate", &[("image", "IMAGE", None)], &["IMAGE"], json!([8, "nearest"])));
    let (message, hint) = refused(&graph, &[]);
    assert!(message.ends_with("no names are known for node `20` (Pixelate)"), "{message}");
    assert!(hint.contains("`--server URL`"), "{hint}");
    let image = ["IMAGE"];
    let info = json!({ "Pixelate": { "input": { "required": { "image": image, "size": ["INT", {}],
        "method": [["nearest", "area"]] } }, "input_order": { "required": ["image", "size", "method"] }, "output": image } });
    let wanted = json!({ "image": ["8", 0], "size": 8, "method": "nearest" });
    let found = of(&graph, &Catalogue::read(&info).unwrap());
    assert_eq!(found.graph["20"]["inputs"], wanted);
    // Files of a newer editor have a socket for each field.
    let at = graph["nodes"].as_array().unwrap().len() - 1;
    for name in ["size", "method"] {
        let socket = json!({ "name": name, "type": "*", "link": null, "widget": { "name": name } });
        graph["nodes"][at]["inputs"].as_array_mut().unwrap().push(socket);
    }
    assert_eq!(of(&graph, Catalogue::recorded()).graph["20"]["inputs"], wanted);
}

#[test]
fn an_image_of_comfyui_has_its_graph() {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
    encoder.set_color(png::ColorType::Rgb);
    // Python writes what JSON does not have.
    let mut prompt = sdxl();
    prompt["6"]["is_changed"] = json!(["NOT A NUMBER"]);
    encoder.add_text_chunk("prompt".to_owned(), prompt.to_string().replace("\"NOT A NUMBER\"", "NaN")).unwrap();
    encoder.add_text_chunk("workflow".to_owned(), editor().to_string()).unwrap();
    encoder.write_header().unwrap().write_image_data(&[0, 0, 0]).unwrap();
    let found = import("own", &bytes, &[], Catalogue::recorded()).unwrap();
    assert_eq!(drawn(&found), plain(&sdxl()));
    let mut bytes = Vec::new();
    png::Encoder::new(&mut bytes, 1, 1).write_header().unwrap().write_image_data(&[0]).unwrap();
    let error = import("own", &bytes, &[], Catalogue::recorded()).unwrap_err();
    assert!(error.to_string().contains("is an image that has no graph of ComfyUI in it"), "{error}");
}

#[test]
fn comments_and_wrappers_are_left_out() {
    let rows = table(&imported(&sdxl()));
    let mut commented = sdxl();
    commented["_comment"] = json!("SDXL, 20 steps");
    commented["extra"] = json!({ "ds": {} });
    assert_eq!(table(&imported(&commented)), rows);
    for wrapped in [json!({ "input": { "workflow": sdxl() } }), json!({ "prompt": sdxl(), "extra_data": {} })] {
        assert_eq!(table(&imported(&wrapped)), rows);
    }
}

#[test]
fn of_several_savers_the_last_stage_is_the_result() {
    let mut graph = sdxl();
    graph["40"] =
        node("LatentUpscaleBy", json!({ "samples": ["3", 0], "upscale_method": "nearest-exact", "scale_by": 1.5 }));
    graph["41"] = graph["3"].clone();
    graph["41"]["inputs"]["latent_image"] = json!(["40", 0]);
    graph["42"] = node("VAEDecode", json!({ "samples": ["41", 0], "vae": ["4", 2] }));
    graph["43"] = node("SaveImage", json!({ "images": ["42", 0], "filename_prefix": "second" }));
    let found = imported(&graph);
    assert!(table(&found).contains(&"prefix 43.filename_prefix".to_owned()));
    let note = "node `43` (SaveImage) is taken for the result, the last of those that save images; `9` does too: `--bind \
                output=NODE` takes another one";
    assert!(found.notes.iter().any(|found| found.message == note), "{:?}", found.notes);
    // An image that is made of the other one, and the same image twice.
    let mut graph = sdxl();
    graph["40"] = node("ImageInvert", json!({ "image": ["8", 0] }));
    graph["41"] = node("SaveImage", json!({ "images": ["40", 0], "filename_prefix": "second" }));
    assert!(table(&imported(&graph)).contains(&"prefix 41.filename_prefix".to_owned()));
    graph["41"]["inputs"]["images"] = json!(["8", 0]);
    assert!(table(&imported(&graph)).contains(&"prefix 41.filename_prefix".to_owned()));
    // Two images of which none continues the other.
    graph["41"]["inputs"]["images"] = json!(["42", 0]);
    graph["42"] = node("ImageInvert", json!({ "image": ["44", 0] }));
    graph["44"] = node("LoadImage", json!({ "image": "a.png" }));
    let mut inverted = graph.clone();
    inverted["9"]["inputs"]["images"] = json!(["45", 0]);
    inverted["45"] = node("ImageInvert", json!({ "image": ["46", 0] }));
    inverted["46"] = node("LoadImage", json!({ "image": "b.png" }));
    assert!(refused(&inverted, &[]).1.contains("--bind output=NODE"));
}

#[test]
fn savers_of_other_packages_and_formats_become_one_that_is_read() {
    let savers = [
        (
            "SaveAnimatedWEBP",
            json!({ "images": ["8", 0], "filename_prefix": "a", "fps": 6.0, "lossless": true, "quality": 80,
            "method": "default" }),
        ),
        ("Image Save", json!({ "images": ["8", 0], "output_path": "/tmp", "extension": "webp" })),
        ("ETN_SendImageWebSocket", json!({ "images": ["8", 0] })),
    ];
    for (class, inputs) in savers {
        let mut graph = sdxl();
        graph["9"] = node(class, inputs);
        let found = imported(&graph);
        let wanted =
            json!({ "class_type": "SaveImage", "inputs": { "images": ["8", 0], "filename_prefix": "{prefix}" } });
        assert_eq!(plain(&found.graph)["9"], wanted, "{class}");
        assert!(found.notes.iter().any(|note| note.message.contains(class)), "{:?}", found.notes);
    }
    let mut video = sdxl();
    video["9"] = node("VHS_VideoCombine", json!({ "images": ["8", 0] }));
    assert!(refused(&video, &[]).0.contains("no node saves an image"));
    // A node that makes images gets a saver.
    let output = Wanted { name: "output".to_owned(), node: "8".to_owned(), input: None };
    let found = import("own", video.to_string().as_bytes(), &[output], Catalogue::recorded()).unwrap();
    assert_eq!(found.graph["save"]["inputs"], json!({ "images": ["8", 0], "filename_prefix": "{prefix}" }));
}
