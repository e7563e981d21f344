/// Values that tools which fill in configuration are known to harm: see docs/beamctl.reference.yml on `config.render`.
enum HostileText {
    /// Quotes, backslashes (single and double), `&`, placeholders, what awk, sed, Erlang and printf take for more than text, more
    /// than one line, and more than ASCII. Short enough for an atom, which has 255 characters at most.
    static func all(own variable: String) -> String {
        #"She said "no" & 'yes' \ \\ \\\\ \" ${X} ${"# + variable + #"} ${X:-y} \1 \0 \n %s %~w ~p # $HOME `id` <%= 1 %> "#
            + "\nGrößer\tals früher: 日本語, e\u{301}, 👩‍🚀 😀\n.. "
    }

    /// 64 KiB of it.
    static func long(own variable: String) -> String {
        var text = ""
        while text.utf8.count < 64 << 10 { text += all(own: variable) }
        while text.utf8.count > 64 << 10 { text.removeLast() }
        return text + String(repeating: "x", count: (64 << 10) - text.utf8.count)
    }
}
