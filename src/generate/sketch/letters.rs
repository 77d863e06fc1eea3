//! Letters of three by five cells, for what nobody knows how to draw.

/// Rows of a letter from the top; three bits each, the left cell first.
fn rows(letter: char) -> Option<[u8; 5]> {
    let packed: u16 = match letter {
        'a' => 0o25755,
        'b' => 0o65656,
        'c' => 0o34443,
        'd' => 0o65556,
        'e' => 0o74647,
        'f' => 0o74644,
        'g' => 0o34553,
        'h' => 0o55755,
        'i' => 0o72227,
        'j' => 0o11152,
        'k' => 0o55655,
        'l' => 0o44447,
        'm' => 0o57755,
        'n' => 0o65555,
        'o' => 0o25552,
        'p' => 0o65644,
        'q' => 0o25563,
        'r' => 0o65655,
        's' => 0o34216,
        't' => 0o72222,
        'u' => 0o55557,
        'v' => 0o55552,
        'w' => 0o55775,
        'x' => 0o55255,
        'y' => 0o55222,
        'z' => 0o71247,
        '0' => 0o75557,
        '1' => 0o26227,
        '2' => 0o61247,
        '3' => 0o71317,
        '4' => 0o55711,
        '5' => 0o74616,
        '6' => 0o34757,
        '7' => 0o71122,
        '8' => 0o75757,
        '9' => 0o75716,
        _ => return None,
    };
    Some([12, 9, 6, 3, 0].map(|shift| (packed >> shift & 7) as u8))
}

/// Places by column and row.
type Cells = Vec<(i32, i32)>;

/// The cells of the first letters of a word that fit into `width` by `height` cells, from the upper left of their box,
/// and the box' size; `None` where not even one fits or none has a shape here.
pub(super) fn cells(word: &str, width: i32, height: i32) -> Option<(Cells, [i32; 2])> {
    let letters: Vec<[u8; 5]> = word.chars().map_while(rows).take(3).collect();
    let count = (letters.len() as i32).min((width + 1) / 4);
    if count < 1 || height < 5 {
        return None;
    }
    let zoom = ((width + 1) / (4 * count)).min(height / 5).max(1);
    let box_size = [(4 * count - 1) * zoom, 5 * zoom];
    let set = |x: i32, y: i32| {
        let (column, row) = (x / zoom, (y / zoom) as usize);
        column % 4 < 3 && letters[(column / 4) as usize][row] >> (2 - column % 4) & 1 == 1
    };
    let all = (0..box_size[1]).flat_map(|y| (0..box_size[0]).map(move |x| (x, y)));
    Some((all.filter(|&(x, y)| set(x, y)).collect(), box_size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_differs_from_every_other() {
        let all: Vec<_> = ('a'..='z').chain('0'..='9').map(|letter| (letter, rows(letter).unwrap())).collect();
        for (i, (a, left)) in all.iter().enumerate() {
            for (b, right) in &all[..i] {
                assert_ne!(left, right, "{a} {b}");
            }
        }
    }

    #[test]
    fn as_many_letters_are_drawn_as_fit() {
        let size = |width, height| cells("sprocket", width, height).map(|(_, size)| size);
        assert_eq!(size(2, 9), None);
        assert_eq!(size(9, 4), None);
        assert_eq!(size(3, 5), Some([3, 5]));
        assert_eq!(size(11, 6), Some([11, 5]));
        assert_eq!(size(24, 12), Some([22, 10]));
        assert_eq!(cells("火", 9, 9), None);
    }
}
