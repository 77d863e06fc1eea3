use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};

use super::*;

/// The reader takes exactly the keys that the schema describes, each once.
fn agree<T: Table + Read>() {
    let mut generator = schemars::generate::SchemaSettings::draft07().into_generator();
    let mut properties = serde_json::Map::new();
    T::properties(&mut generator, &mut properties);
    let described: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    let keys = T::keys();
    assert_eq!(keys.iter().copied().collect::<BTreeSet<_>>(), described, "{}", T::WHAT);
    assert_eq!(keys.len(), described.len(), "{} has a key twice", T::WHAT);
    for key in keys {
        let taken = T::default().set(key, &DeValue::Boolean(true), Span::default(), &mut Reader::new(0));
        assert!(taken, "{}: {key}", T::WHAT);
    }
    assert!(!T::default().set("no such key", &DeValue::Boolean(true), Span::default(), &mut Reader::new(0)));
    let undescribed = properties.iter().find(|(_, schema)| schema["description"].as_str().is_none_or(str::is_empty));
    assert!(undescribed.is_none(), "{undescribed:?} has no description");
}

#[test]
fn schema_and_reader_know_the_same_keys() {
    agree::<RawFile>();
    agree::<RawProject>();
    agree::<RawProfile>();
    agree::<RawStyle>();
    agree::<RawLora>();
    agree::<RawRecipe>();
    agree::<RawRecipeFile>();
    agree::<RawSprite>();
    agree::<RawAnimation>();
    agree::<RawTexture>();
    agree::<RawTileset>();
    agree::<RawBorder>();
    agree::<RawLocal>();
    agree::<RawServer>();
}

#[test]
fn reading_goes_on_behind_a_problem() {
    let table = DeTable::parse("prompt = 5\nsize = 16\nsiez = 4\ntags = [1, \"hero\"]\n").unwrap();
    let mut reader = Reader::new(0);
    let sprite = RawSprite::from_table(table.get_ref(), &mut reader);
    assert!(sprite.asset.prompt.is_none());
    assert_eq!(sprite.asset.size.unwrap().value.0.u32(), 16);
    assert_eq!(sprite.asset.tags.unwrap().0[0].value, "hero");
    let codes: Vec<&str> = reader.problems.iter().map(|problem| &*problem.diagnostic.code).collect();
    assert_eq!(codes, ["wrong-type", "unknown-key", "wrong-type"]);
}
