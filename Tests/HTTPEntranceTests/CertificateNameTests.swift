import Foundation
import Testing

@testable import HTTPEntrance

@Suite("Certificates: which is shown")
struct CertificateNameTests {
    @Test(
        "a name finds the certificate that is for it, a wildcard is for exactly one label",
        arguments: [
            ("hello.example", 0), ("HELLO.example.", 0), ("hello.EXAMPLE", 0),
            ("www.wild.example", 1), ("a-b.wild.example", 1), ("_x.wild.example", 1), ("WWW.Wild.Example", 1),
            // The exact name goes before the wildcard, wherever they stand.
            ("exact.wild.example", 2),
            // Never two labels, none, or the bare domain.
            ("a.b.wild.example", nil), ("wild.example", nil), (".wild.example", nil), ("xwild.example", nil),
            ("*.wild.example", nil), ("a*.wild.example", nil), ("www.wild.example.org", nil), ("..wild.example", nil),
            // A star that is not a label of its own, or not the first one, stands for nothing.
            ("ab.part.example", nil), ("a.mid.example", nil), ("x.y.deep.example", nil),
            // Addresses are themselves, and no wildcard's.
            ("192.0.2.7", 4), ("192.0.2.8", nil), ("10.0.0.1", nil), ("2001:db8::1", nil),
            ("", nil), (".", nil), ("..", nil), ("hello.example\u{0}", nil), ("h\u{00E4}llo.example", nil), ("localhost", nil),
            // Of two with the same name the first.
            ("twice.example", 3), ("a.double.example", 3),
        ] as [(String, Int?)])
    func vectors(name: String, expected: Int?) {
        let choice = CertificateChoice([
            ["hello.example"], ["*.wild.example"], ["exact.wild.example"], ["twice.example", "*.double.example"],
            ["192.0.2.7", "*.0.0.1", "2001:db8::1", "twice.example", "*.double.example"],
            ["a*.part.example", "*b.part.example", "x.*.mid.example", "*.*.deep.example", "*", "*."],
        ])
        #expect(choice.index(of: name) == expected)
    }

    /// Written as RFC 9525, 6.3 says it, label by label.
    private static func covers(_ pattern: String, _ name: String) -> Bool {
        let (pattern, name) = (labels(pattern), labels(name))
        guard pattern.count == name.count, !name.contains("") else { return false }
        if pattern == name { return true }
        return pattern.first == "*" && pattern.count > 1 && pattern.dropFirst() == name.dropFirst()
            && name.last?.allSatisfy(\.isNumber) != true
    }

    private static func labels(_ name: String) -> [Substring] { name.split(separator: ".", omittingEmptySubsequences: false) }

    @Test("whatever the names are, the choice is the one that the definition makes")
    func property() {
        let words = ["a", "b", "c", "1", "2"]
        var generator = SystemRandomNumberGenerator()
        func name(_ labels: Int) -> String {
            (0..<labels).map { _ in words.randomElement(using: &generator) ?? "a" }.joined(separator: ".")
        }
        for _ in 0..<4000 {
            let patterns = (0..<6).map { _ in
                Bool.random(using: &generator) ? name(.random(in: 1...4)) : "*." + name(.random(in: 1...3))
            }
            let asked = name(.random(in: 1...5))
            let exact = patterns.firstIndex(of: asked)
            let expected = exact ?? patterns.firstIndex { Self.covers($0, asked) }
            #expect(CertificateChoice(patterns.map { [$0] }).index(of: asked) == expected, "\(patterns) \(asked)")
        }
    }
}
