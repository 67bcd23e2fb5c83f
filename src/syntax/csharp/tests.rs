//! Facts of C#.

#[test]
fn scratch() {
    use tree_sitter::Parser;
    for (lang, path) in [("cs", "/tmp/t.cs"), ("ps", "/tmp/t.ps1")] {
        let mut p = Parser::new();
        let g: tree_sitter::Language =
            if lang == "cs" { tree_sitter_c_sharp::LANGUAGE.into() } else { tree_sitter_powershell::LANGUAGE.into() };
        p.set_language(&g).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let t = p.parse(&text, None).unwrap();
        for i in 0..t.root_node().named_child_count() {
            let c = t.root_node().named_child(i as u32).unwrap();
            println!("{}\n   {}", &text[c.byte_range()], c.to_sexp());
        }
    }
}
