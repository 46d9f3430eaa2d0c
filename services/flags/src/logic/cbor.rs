//! CBOR, core deterministic (RFC 8949 4.2.1), of the values that JSON has: what the third bucketing hashes.

use serde_json::Value;

use super::Val;

/// The bytes; `None` for what an operation made of lists, which nobody divides by.
pub(crate) fn encode(value: &Val<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match value {
        Val::Null => out.push(0xf6),
        Val::Bool(value) => out.push(0xf4 + u8::from(*value)),
        Val::Number(value) => number(&mut out, *value),
        Val::Text(_) | Val::Made(_) => text(&mut out, value.text().unwrap_or_default()),
        Val::Data(value) => write(&mut out, value),
        Val::List(_) => return None,
    }
    Some(out)
}

fn write(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(0xf6),
        Value::Bool(value) => out.push(0xf4 + u8::from(*value)),
        Value::Number(value) => match (value.as_u64(), value.as_i64()) {
            (Some(whole), _) => head(out, 0, whole),
            (None, Some(negative)) => head(out, 1, (-1 - negative).unsigned_abs()),
            _ => number(out, value.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(value) => text(out, value),
        Value::Array(items) => {
            head(out, 4, items.len() as u64);
            items.iter().for_each(|item| write(out, item));
        }
        Value::Object(members) => {
            head(out, 5, members.len() as u64);
            let mut pairs: Vec<(Vec<u8>, &Value)> =
                members.iter().map(|(name, value)| (key(name), value)).collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            for (name, value) in pairs {
                out.extend(name);
                write(out, value);
            }
        }
    }
}

fn key(name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + 9);
    text(&mut out, name);
    out
}

fn text(out: &mut Vec<u8>, text: &str) {
    head(out, 3, text.len() as u64);
    out.extend(text.as_bytes());
}

/// Type and size, in as few bytes as they need.
fn head(out: &mut Vec<u8>, major: u8, size: u64) {
    let major = major << 5;
    let bytes = size.to_be_bytes();
    let (info, used) = match size {
        0..24 => return out.push(major | bytes.last().copied().unwrap_or_default()),
        24..0x100 => (24, 1),
        0x100..0x1_0000 => (25, 2),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 8),
    };
    out.push(major | info);
    out.extend(bytes.get(bytes.len() - used..).unwrap_or_default());
}

/// Whole numbers are whole, whatever they were written as; others are as short as they can be without loss.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be whole and within the range before"
)]
fn number(out: &mut Vec<u8>, number: f64) {
    const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
    if number.fract() == 0.0 && (0.0..TWO_TO_64).contains(&number) {
        return head(out, 0, number as u64);
    }
    if number.fract() == 0.0 && (-TWO_TO_64 / 2.0..0.0).contains(&number) {
        return head(out, 1, (-1 - number as i64).unsigned_abs());
    }
    if number.is_nan() {
        return out.extend([0xf9, 0x7e, 0x00]);
    }
    let single = number as f32;
    if f64::from(single).to_bits() != number.to_bits() {
        out.push(0xfb);
        return out.extend(number.to_bits().to_be_bytes());
    }
    match half(single) {
        Some(half) => {
            out.push(0xf9);
            out.extend(half.to_be_bytes());
        }
        None => {
            out.push(0xfa);
            out.extend(single.to_bits().to_be_bytes());
        }
    }
}

/// The same number in half precision (IEEE 754 binary16), if it is one.
fn half(single: f32) -> Option<u16> {
    let bits = single.to_bits();
    let sign = u16::try_from(bits >> 16 & 0x8000).ok()?;
    let exponent = i32::try_from(bits >> 23 & 0xff).ok()? - 127;
    let mantissa = bits & 0x7f_ffff;
    let rest = match exponent {
        128 => return (mantissa == 0).then_some(sign | 0x7c00),
        -127 => return (mantissa == 0).then_some(sign),
        -14..=15 if mantissa.trailing_zeros() >= 13 => {
            (u32::try_from(exponent + 15).ok()? << 10) | mantissa >> 13
        }
        -24..=-15 => {
            // Below the smallest normal number the leading one is written out, and the mantissa moves to the right.
            let shift = u32::try_from(-1 - exponent).ok()?;
            let whole = mantissa | 0x80_0000;
            if whole.trailing_zeros() < shift {
                return None;
            }
            whole >> shift
        }
        _ => return None,
    };
    Some(sign | u16::try_from(rest).ok()?)
}

#[cfg(test)]
mod tests {
    use kit_base::hex;
    use serde_json::json;

    use super::*;

    /// The examples of RFC 8949, appendix A, and what follows from the rule that whole numbers are whole.
    #[test]
    fn the_examples_of_the_specification() {
        for (value, expected) in [
            (json!(0), "00"),
            (json!(23), "17"),
            (json!(24), "1818"),
            (json!(1000), "1903e8"),
            (json!(1_000_000), "1a000f4240"),
            (json!(1_000_000_000_000_u64), "1b000000e8d4a51000"),
            (json!([u64::MAX]), "811bffffffffffffffff"),
            (json!(-1), "20"),
            (json!(-1000), "3903e7"),
            (json!(i64::MIN), "3b7fffffffffffffff"),
            (json!(1.0), "01"),
            (json!(-0.0), "00"),
            (json!(1.5), "f93e00"),
            (json!(0.5), "f93800"),
            (json!(5.960_464_477_539_063e-8), "f90001"),
            (json!(0.000_061_035_156_25), "f90400"),
            (json!(-4.1), "fbc010666666666666"),
            (json!(1.1), "fb3ff199999999999a"),
            (json!(3.402_823_466_385_288_6e38), "fa7f7fffff"),
            (json!(1e300), "fb7e37e43c8800759c"),
            (json!(false), "f4"),
            (json!(null), "f6"),
            (json!("IETF"), "6449455446"),
            (json!("ü"), "62c3bc"),
            (json!([1, [2, 3]]), "8201820203"),
            (json!({"bb": 1, "a": 2}), "a261610262626201"),
        ] {
            assert_eq!(hex(&encode(&Val::of(&value)).unwrap()), expected, "{value}");
        }
    }
}
