import BeamRelease

/// What a `rebar.config` says; a file that is no list of terms says nothing.
struct RebarProject {
    var releases: [String]
    /// Whether it has dependencies to fetch.
    var hasDependencies: Bool

    init(_ text: String) {
        let terms = (try? Consult.terms(in: text)) ?? []
        var names: [String] = []
        for section in Self.values(of: "relx", in: terms) + Self.profiles(terms) {
            for release in Self.releases(in: section) where !names.contains(release) { names.append(release) }
        }
        releases = names
        hasDependencies = Self.values(of: "deps", in: terms).contains { !$0.isEmpty }
    }

    /// The `relx` sections of all profiles.
    private static func profiles(_ terms: [ErlangTerm]) -> [[ErlangTerm]] {
        values(of: "profiles", in: terms).joined().flatMap { profile -> [[ErlangTerm]] in
            guard case .tuple(let parts) = profile, parts.count == 2, case .list(let settings, _) = parts[1] else { return [] }
            return values(of: "relx", in: settings)
        }
    }

    /// `{release, {Name, Version}, Applications}`, with or without more behind it.
    private static func releases(in section: [ErlangTerm]) -> [String] {
        section.compactMap { term in
            guard case .tuple(let parts) = term, parts.count >= 3, parts[0] == .atom("release"),
                case .tuple(let title) = parts[1], case .atom(let name)? = title.first
            else { return nil }
            return name
        }
    }

    /// The lists behind a key.
    private static func values(of key: String, in terms: [ErlangTerm]) -> [[ErlangTerm]] {
        terms.compactMap { term in
            guard case .tuple(let parts) = term, parts.count == 2, parts[0] == .atom(key), case .list(let values, _) = parts[1]
            else { return nil }
            return values
        }
    }
}
