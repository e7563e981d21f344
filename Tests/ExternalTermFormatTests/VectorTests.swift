import ExternalTermFormat
import Testing

@Suite("Golden vectors of real peers")
struct VectorTests {
    @Test("both releases have all their vectors")
    func complete() {
        #expect(Vector.all.filter { $0.release == "otp25" }.count == 89)
        #expect(Vector.all.filter { $0.release == "otp27" }.count == 89)
        #expect(Set(expectations.keys).isSubset(of: Set(Vector.all.map(\.name))))
    }

    @Test("every vector is read, and read again the same after it was written", arguments: Vector.all)
    func roundTrip(vector: Vector) throws {
        let term = try Term(externalFormat: vector.bytes)
        #expect(try Term(externalFormat: term.externalFormat()) == term)
        if let expected = expectations[vector.name] { #expect(term == expected) }
    }

    @Test("a term is printed as Erlang prints it", arguments: Vector.all.filter { $0.printed != nil })
    func printed(vector: Vector) throws {
        #expect(try Term(externalFormat: vector.bytes).description == vector.printed)
    }

    /// Maps are left out, since the order of their keys is the VM's own affair; and ports, which OTP 27 always writes in a form
    /// that OTP 23 does not know.
    @Test(
        "a term is written with the very bytes of OTP 27",
        arguments: Vector.all.filter {
            $0.release == "otp27" && $0.isCanonical && !["map_3", "map_100", "port"].contains($0.name)
        })
    func sameBytes(vector: Vector) throws {
        #expect(try Term(externalFormat: vector.bytes).externalFormat() == vector.bytes)
    }

    @Test("every vector that is cut short is refused as truncated, and says where", arguments: Vector.all)
    func cutShort(vector: Vector) {
        for length in vector.bytes.indices.prefix(300) {
            #expect {
                try Term(externalFormat: Array(vector.bytes[..<length]))
            } throws: { error in
                guard let error = error as? TermDecodingError else { return false }
                // compressed data that is cut short does not inflate
                return [.truncated, .malformed].contains(error.code) && error.offset <= length
            }
        }
    }
}
