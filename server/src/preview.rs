//! Previews of files: pictures drawn anew on the server, and the beginning of texts (RELIABILITY §3.4).
//!
//! Must never: hand a file's own bytes to the browser, or spend more memory or time on a picture than is set here. What is not a raster
//! picture or plain text has no preview: no documents, no archives, no drawings.

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder};
use std::io::Cursor;

/// Octets of a file that is looked at.
const FILE: usize = 25 << 20;
/// Width and height a picture may claim, and all its pixels together.
const SIDE: u32 = 12_000;
const PIXELS: u64 = 40_000_000;
/// Octets that decoding may take.
const MEMORY: u64 = 256 << 20;
/// Longest side of the preview.
const SHOWN: u32 = 1_200;

/// A picture drawn anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// `image/png` or `image/jpeg`.
    pub kind: &'static str,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// Whether a file of this declared type is worth asking for a preview.
pub fn picture(bytes: &[u8]) -> Option<Preview> {
    if bytes.len() > FILE {
        return None;
    }
    let octets = bytes.to_vec();
    std::panic::catch_unwind(move || drawn_anew(&octets)).ok().flatten()
}

fn drawn_anew(bytes: &[u8]) -> Option<Preview> {
    let format = image::guess_format(bytes).ok()?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP) {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    // What a picture claims is asked before a single pixel is made.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS || decoder.total_bytes() > MEMORY {
        return None;
    }
    let turned = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if picture.width() > SHOWN || picture.height() > SHOWN {
        picture = picture.thumbnail(SHOWN, SHOWN);
    }
    if let Some(turned) = turned {
        picture.apply_orientation(turned);
    }
    encoded(&picture)
}

fn encoded(picture: &DynamicImage) -> Option<Preview> {
    let mut bytes = Vec::new();
    if picture.color().has_alpha() {
        picture.to_rgba8().write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).ok()?;
        return Some(Preview { kind: "image/png", bytes });
    }
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 85)).ok()?;
    Some(Preview { kind: "image/jpeg", bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};
    use std::time::Instant;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    // RELIABILITY §3.4: only what was drawn anew leaves, smaller than it came.
    #[test]
    fn pictures_are_drawn_anew_and_smaller() {
        let large = png(&DynamicImage::ImageRgb8(RgbImage::from_pixel(1_500, 300, Rgb([10, 200, 30]))));
        let with_extra = [large.as_slice(), b"<script>alert(1)</script>"].concat();
        let drawn = picture(&with_extra).unwrap();
        assert_eq!(drawn.kind, "image/jpeg");
        assert!(!drawn.bytes.windows(7).any(|window| window == b"<script"));
        let read = image::load_from_memory(&drawn.bytes).unwrap();
        assert_eq!((read.width(), read.height()), (1_200, 240));
        let clear = png(&DynamicImage::ImageRgba8(RgbaImage::from_pixel(4, 4, Rgba([1, 2, 3, 4]))));
        assert_eq!(picture(&clear).unwrap().kind, "image/png");
        for format in [ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Jpeg] {
            let mut bytes = Vec::new();
            RgbImage::from_pixel(8, 8, Rgb([1, 2, 3])).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
            assert!(picture(&bytes).is_some(), "{format:?}");
        }
    }

    #[test]
    fn what_is_no_picture_has_no_preview() {
        for bytes in
            [b"".as_slice(), b"<svg onload=alert(1)>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"BM000000"]
        {
            assert_eq!(picture(bytes), None, "{bytes:?}");
        }
        let whole = png(&DynamicImage::ImageRgb8(RgbImage::from_pixel(64, 64, Rgb([9, 9, 9]))));
        for end in (0..whole.len()).step_by(7) {
            picture(&whole[..end]);
        }
        let mut broken = whole.clone();
        for at in (8..whole.len()).step_by(3) {
            broken[at] ^= 0x55;
            picture(&broken);
        }
    }

    // H6: what a picture claims is believed before it is unpacked, and refused.
    #[test]
    fn bombs_are_refused_before_they_go_off() {
        let started = Instant::now();
        // A few octets that claim to be 60,000 by 60,000.
        let mut small = png(&DynamicImage::ImageRgb8(RgbImage::from_pixel(1, 1, Rgb([0, 0, 0]))));
        small[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        small[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        assert_eq!(picture(&small), None);
        let gif = [
            b"GIF89a".as_slice(),
            &[
                0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 2, 2, 0x44, 1, 0,
                0x3B,
            ],
        ]
        .concat();
        assert_eq!(picture(&gif), None);
        // Many pixels in few octets, within each side's limit but not within all.
        let flat = png(&DynamicImage::ImageLuma8(image::GrayImage::new(11_000, 4_000)));
        assert!(flat.len() < 500_000);
        assert_eq!(picture(&flat), None);
        assert_eq!(picture(&vec![0xFF; FILE + 1]), None);
        assert!(started.elapsed().as_secs() < 20);
    }
}
