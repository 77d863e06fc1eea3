//! Reading JSON of any shape into what is wanted of it: a value of another type counts as none, the rest is skipped and
//! costs no memory, and lists end after a number of items.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value that is neither a list nor an object.
pub(super) enum Scalar<'a> {
    Null,
    Whole(i128),
    Number(f64),
    Text(&'a str),
}

/// What can be read from any JSON value.
pub(super) trait Loose: Default {
    fn scalar(_: Scalar<'_>) -> Self {
        Self::default()
    }

    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

/// Reads a [`Loose`] value.
pub(super) struct Of<T>(pub(super) T);

impl<'de, T: Loose> Deserialize<'de> for Of<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Any(PhantomData)).map(Of)
    }
}

struct Any<T>(PhantomData<T>);

impl<'de, T: Loose> Visitor<'de> for Any<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::scalar(Scalar::Null))
    }

    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(T::scalar(Scalar::Whole(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::scalar(Scalar::Whole(number.into())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<T, E> {
        Ok(T::scalar(Scalar::Number(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::scalar(Scalar::Text(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        T::object(object)
    }
}

/// A text, or a number as text: servers make one of the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) Option<String>);

impl Loose for Text {
    fn scalar(scalar: Scalar<'_>) -> Self {
        Self(match scalar {
            Scalar::Text(text) => Some(text.to_owned()),
            Scalar::Whole(number) => Some(number.to_string()),
            Scalar::Number(number) => Some(number.to_string()),
            Scalar::Null => None,
        })
    }
}

impl Text {
    pub(super) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

/// A number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Number(pub(super) Option<f64>);

impl Loose for Number {
    fn scalar(scalar: Scalar<'_>) -> Self {
        Self(match scalar {
            Scalar::Whole(number) => Some(number as f64),
            Scalar::Number(number) => Some(number),
            Scalar::Text(_) | Scalar::Null => None,
        })
    }
}

/// Whether there is a `null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct IsNull(pub(super) bool);

impl Loose for IsNull {
    fn scalar(scalar: Scalar<'_>) -> Self {
        Self(matches!(scalar, Scalar::Null))
    }
}

/// The first items of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Items<T, const MOST: usize>(pub(super) Vec<T>);

impl<T, const MOST: usize> Default for Items<T, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Loose, const MOST: usize> Loose for Items<T, MOST> {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut items = Vec::new();
        while items.len() < MOST {
            match list.next_element::<Of<T>>()? {
                Some(Of(item)) => items.push(item),
                None => return Ok(Self(items)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(items))
    }
}

/// The first entries of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table<T, const MOST: usize>(pub(super) Vec<(String, T)>);

impl<T, const MOST: usize> Default for Table<T, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Loose, const MOST: usize> Loose for Table<T, MOST> {
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut entries = Vec::new();
        while entries.len() < MOST {
            match object.next_entry::<String, Of<T>>()? {
                Some((key, Of(value))) => entries.push((key, value)),
                None => return Ok(Self(entries)),
            }
        }
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self(entries))
    }
}

/// Reads the named fields of an object into a struct and skips all others.
macro_rules! fields {
    ($name:ident { $($key:literal => $field:ident),+ $(,)? }) => {
        impl $crate::generate::comfyui::wire::loose::Loose for $name {
            fn object<'de, A: serde::de::MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
                let mut read = Self::default();
                while let Some(key) = object.next_key::<String>()? {
                    match key.as_str() {
                        $($key => read.$field = object.next_value::<$crate::generate::comfyui::wire::loose::Of<_>>()?.0,)+
                        _ => _ = object.next_value::<serde::de::IgnoredAny>()?,
                    }
                }
                Ok(read)
            }
        }
    };
}

pub(super) use fields;
