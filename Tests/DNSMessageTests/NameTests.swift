import DNSMessage
import Testing

@Suite("Names")
struct NameTests {
    @Test("a name has its labels on the wire, each behind its length")
    func wire() throws {
        #expect(try Name("a.bc").wire == [1, 97, 2, 98, 99, 0])
        #expect(try Name("a.bc.").wire == [1, 97, 2, 98, 99, 0])
        #expect(try Name(".").wire == [0])
        #expect(try Name("") == .root)
    }

    @Test("names compare without case, and keep it")
    func caseless() throws {
        let small = try Name("hello.cluster.local")
        let large = try Name("HELLO.Cluster.LOCAL")
        #expect(small == large)
        #expect(Set([small, large]).count == 1)
        #expect(large.description == "HELLO.Cluster.LOCAL")
        #expect(large.lowercased.description == "hello.cluster.local")
        // Only ASCII letters have a case: @ and [ are neighbours of letters, no letters.
        #expect(try Name("@") != Name("`"))
        #expect(try Name("[") != Name("{"))
    }

    @Test("dots, backslashes and octets that do not print are escaped both ways")
    func escapes() throws {
        let name = try Name(#"a\.b\\c\000d.e"#)
        #expect(name.labels == [[97, 46, 98, 92, 99, 0, 100], [101]])
        #expect(name.description == #"a\.b\\c\000d.e"#)
        #expect(try Name(name.description) == name)
    }

    @Test("text that is no name is refused with the reason")
    func refused() {
        #expect(throws: NameError.emptyLabel) { try Name("a..b") }
        #expect(throws: NameError.emptyLabel) { try Name(".a") }
        #expect(throws: NameError.labelTooLong(octets: 64)) { try Name(String(repeating: "a", count: 64)) }
        #expect(throws: NameError.nameTooLong(octets: 257)) {
            try Name(Array(repeating: String(repeating: "a", count: 63), count: 4).joined(separator: "."))
        }
        #expect(throws: NameError.badEscape) { try Name(#"a\"#) }
        #expect(throws: NameError.badEscape) { try Name(#"a\256"#) }
        #expect(throws: NameError.badEscape) { try Name(#"a\1"#) }
    }

    @Test("the longest name there can be is accepted")
    func longest() throws {
        let labels = [63, 63, 63, 61].map { String(repeating: "a", count: $0) }
        #expect(try Name(labels.joined(separator: ".")).wire.count == Name.maximumLength)
    }

    @Test("a name is below its parents and itself, by whole labels")
    func subdomain() throws {
        let origin = try Name("cluster.local")
        #expect(try Name("svc.CLUSTER.local").isSubdomain(of: origin))
        #expect(origin.isSubdomain(of: origin))
        #expect(origin.isSubdomain(of: .root))
        #expect(try !Name("mycluster.local").isSubdomain(of: origin))
        #expect(try !Name("local").isSubdomain(of: origin))
        #expect(try Name("a.b").parent == Name("b"))
        #expect(Name.root.parent == nil)
    }

    @Test("two names together are one, if it is not too long")
    func appending() throws {
        #expect(try Name("a.b").appending(Name("c.d")) == Name("a.b.c.d"))
        #expect(try Name("a").appending(.root) == Name("a"))
        let long = try Name(labels: Array(repeating: Array(repeating: 97, count: 63), count: 3))
        #expect(throws: NameError.nameTooLong(octets: 385)) { try long.appending(long) }
    }
}
