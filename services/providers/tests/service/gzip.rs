//! Packing as a server does it, and as a server should not: a few bytes that unpack to as many as one likes.

/// `text`, packed without making it smaller.
pub fn pack(text: &[u8]) -> Vec<u8> {
    let mut packed = HEAD.to_vec();
    let mut blocks = text.chunks(0xFFFF).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        packed.push(u8::from(blocks.peek().is_none()));
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(block);
    }
    packed.extend(checksum(text).to_le_bytes());
    packed.extend((text.len() as u32).to_le_bytes());
    packed
}

/// A hundredth of a percent of `length`, which unpacks to at least `length` blanks.
pub fn bomb(length: usize) -> Vec<u8> {
    let mut bits = Bits { bytes: HEAD.to_vec(), place: 0 };
    bits.push(1, 1); // The last block,
    bits.push(1, 2); // in the code that needs no table:
    bits.push_code(0x30 + u32::from(b' '), 8); // a blank,
    for _ in 0..length / 258 {
        bits.push_code(0b1100_0101, 8); // and the last 258 bytes again,
        bits.push_code(0, 5); // which begin one byte back.
    }
    bits.push_code(0, 7);
    bits.bytes.extend([0; 8]);
    bits.bytes
}

const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// Bits as deflate wants them: from the lowest bit of each byte on.
struct Bits {
    bytes: Vec<u8>,
    place: u32,
}

impl Bits {
    fn push(&mut self, bits: u32, count: u32) {
        for bit in 0..count {
            if self.place == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((bits >> bit & 1) as u8) << self.place;
            }
            self.place = (self.place + 1) % 8;
        }
    }

    /// Codes stand the other way round.
    fn push_code(&mut self, code: u32, count: u32) {
        self.push(code.reverse_bits() >> (32 - count), count);
    }
}

/// CRC-32.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

#[test]
fn the_bomb_is_small() {
    let length = 64 << 20;
    assert!(bomb(length).len() < length / 150);
    assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
}
