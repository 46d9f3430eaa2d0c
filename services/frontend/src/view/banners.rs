//! What the team tells everybody, whatever the state of things: lines below the verdict.

use contracts::Status;
use contracts::communications::{Banner, BannerLevel};

use super::scene::Scene;
use crate::{text, words};

/// Banners at most; more would be a wall.
const MOST: usize = 3;

/// One banner.
#[derive(Clone, Debug)]
pub struct BannerLine {
    /// The state whose colour it takes.
    pub status: Status,
    /// How loud it is, in words.
    pub word: &'static str,
    /// What it says.
    pub text: String,
    /// Where more is to be read.
    pub link: Option<String>,
}

/// The banners, the loudest first.
pub(super) fn banners(scene: &Scene) -> Vec<BannerLine> {
    let over = |banner: &&Banner| banner.ends_at.is_none_or(|end| end > scene.now);
    let mut banners: Vec<&Banner> = scene.snapshot.banners.iter().filter(over).collect();
    banners.sort_by_key(|banner| std::cmp::Reverse(place(banner.level)));
    banners.into_iter().take(MOST).map(line).collect()
}

fn place(level: BannerLevel) -> usize {
    BannerLevel::ALL.iter().position(|known| *known == level).unwrap_or(0)
}

fn line(banner: &Banner) -> BannerLine {
    BannerLine {
        status: match banner.level {
            BannerLevel::Info => Status::UnderMaintenance,
            BannerLevel::Warning => Status::DegradedPerformance,
            BannerLevel::Critical => Status::MajorOutage,
        },
        word: words::banner(banner.level),
        text: text::prose(&banner.text, text::PROSE),
        link: banner.link.as_deref().and_then(text::link),
    }
}
