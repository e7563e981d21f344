import FleetModel
import Testing

@Suite("References to secrets")
struct SecretReferenceTests {
    private func resolve(_ text: String, _ secrets: [String: String] = ["A": "1", "B_2": "two"]) throws -> String {
        try SecretReference.resolve(text) { secrets[$0] }
    }

    @Test(
        "a reference is replaced, an escape loses a $, and everything else stays",
        arguments: [
            ("", ""), ("plain", "plain"), ("${secret:A}", "1"), ("a${secret:A}${secret:B_2}z", "a1twoz"),
            ("$${secret:A}", "${secret:A}"), ("$$${secret:A}", "$${secret:A}"), ("$${env:A}", "${env:A}"),
            ("${env:A}", "${env:A}"), ("${env:A:-b}", "${env:A:-b}"), ("${HOME} $HOME $$ $", "${HOME} $HOME $$ $"),
            ("$${HOME}", "$${HOME}"), ("${secret:}", "${secret:}"), ("${secret:1}", "${secret:1}"), ("${secret:A", "${secret:A"),
            ("${secret:${secret:A}}", "${secret:1}"), ("${secret:A:-x}", "${secret:A:-x}"), ("ü${secret:A}ü", "ü1ü"),
        ])
    func resolves(text: String, outcome: String) throws {
        #expect(try resolve(text) == outcome)
    }

    @Test("names are told once each, in order, and an escape names nothing")
    func names() {
        #expect(SecretReference.names(in: "${secret:B}${secret:A}$${secret:C}${secret:B}${env:D}") == ["B", "A"])
        let long = String(repeating: "N", count: 257)
        #expect(SecretReference.names(in: "${secret:\(long)}") == [])
        #expect(SecretReference.names(in: "${secret:\(long.dropLast())}") == [String(long.dropLast())])
    }

    @Test("a secret that is not set is named")
    func missing() {
        #expect(throws: MissingSecret(name: "GONE")) { try resolve("${secret:A}${secret:GONE}") }
        #expect(MissingSecret(name: "GONE").description == "the secret GONE is not set")
    }

    @Test("a value is never looked at again")
    func once() throws {
        #expect(try resolve("${secret:A}${secret:B}", ["A": "${secret:B}$", "B": "{secret:A}"]) == "${secret:B}${secret:A}")
    }

    @Test("what is escaped resolves to itself and refers to nothing, whatever it holds")
    func roundTrip() throws {
        let parts = [
            "$", "$$", "{", "}", "${", "secret:", "env:", "${secret:A}", "$${secret:A}", "${env:A:-", "A", "ü", "\n", ":-",
        ]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...12, using: &random)
            let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            let escaped = SecretReference.escape(text)
            #expect(try resolve(escaped, [:]) == text)
            #expect(SecretReference.names(in: escaped) == [])
        }
    }

    @Test("a text of nothing but beginnings is read in one pass")
    func linear() throws {
        for opening in ["${secret:", "${env:A:-", "$", "$${secret:", "${secret:A"] {
            let text = String(repeating: opening, count: 100_000)
            #expect(try resolve(SecretReference.escape(text), [:]) == text)
            #expect(SecretReference.names(in: text) == [])
        }
    }
}
