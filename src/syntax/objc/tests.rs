use crate::source::Source;
use crate::syntax::facts::{Literal, Role};
use crate::syntax::lower::Table;

fn literals(text: &str) -> Vec<Literal> {
    let mut facts = Table::new(&super::OBJC).lower(text, &crate::catalog::builtin().functions);
    crate::syntax::literals::collect(&mut facts, text);
    facts.literals
}

#[test]
fn definitions_are_read_with_their_spans() {
    let text = "#define kToken @\"abcdefgh\"\n#define kOther (@\"ijkl\" @\"mnop\")\nNSString * const c = @\"one\\ttwo three\";\n";
    let found = literals(text);
    let texts: Vec<&str> = found.iter().map(|literal| &*literal.text).collect();
    assert_eq!(texts, ["abcdefgh", "ijklmnop", "one\ttwo three"]);
    assert_eq!(&text[found[0].span.range()], "abcdefgh");
    assert_eq!(&*found[0].names[0], "kToken");
    assert_eq!(&*found[2].names[0], "c");
}

#[test]
fn methods_have_roles_and_labels() {
    let text = "@implementation A\n- (instancetype)initWithToken:(NSString *)t secret:(NSString *)s { if ((self = [super init])) { _t = t; } return self; }\n+ (A *)shared { return nil; }\n- (void)send:(NSString *)x {}\n@end\n@implementation A (More)\n- (void)more:(int)x {}\n@end";
    let facts = Table::new(&super::OBJC).lower(text, &crate::catalog::builtin().functions);
    assert_eq!(facts.classes.len(), 1);
    let roles: Vec<Role> = facts.classes[0].methods.iter().map(|method| method.role).collect();
    assert_eq!(roles, [Role::Constructor, Role::Getter, Role::Plain, Role::Plain]);
    let params = &facts.functions[facts.classes[0].methods[0].function].params;
    assert_eq!((&*params[0].name, &*params[1].name), ("", "secret"));
}

#[test]
fn depth_is_no_danger() {
    let started = std::time::Instant::now();
    for (open, inner, close) in [
        ("(", "1", ")"),
        ("@[", "@1", "]"),
        ("[a b:", "c", "]"),
        ("f(", "1", ")"),
        ("", "a + ", "b"),
        ("^{", "a();", "}"),
    ] {
        let text = format!("void x(void) {{ id y = {}{inner}{}; }}", open.repeat(100_000), close.repeat(100_000));
        crate::syntax::read(Source::new("a.m", text));
    }
    assert!(started.elapsed().as_secs() < 120);
}
