//! The letters of the corpus.

/// Every letter of the corpus with its file name.
pub fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    let mut letters: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("the corpus can be listed").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .map(|path| {
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), std::fs::read(&path).expect("the letter can be read"))
        })
        .collect();
    letters.sort();
    letters
}
