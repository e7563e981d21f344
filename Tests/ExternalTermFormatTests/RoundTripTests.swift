import ErlangPeers
import ExternalTermFormat
import Foundation
import NIOCore
import Testing

@Suite("Round trips")
struct RoundTripTests {
    @Test("any term survives being written and read", arguments: UInt64(0)..<20)
    func alone(seed: UInt64) throws {
        var generator = TermGenerator(random: SeededGenerator(seed: seed))
        for _ in 0..<250 {
            let term = generator.term()
            #expect(try Term(externalFormat: term.externalFormat()) == term)
        }
    }

    /// The peer reads each binary with `binary_to_term`, and writes it again with `term_to_binary`.
    @Test("any term survives the way through a real peer", arguments: OTP.allCases)
    func throughPeer(otp: OTP) async throws {
        try await otp.require()
        var generator = TermGenerator(random: SeededGenerator(seed: 2_026))
        let terms = (0..<2_000).map { _ in generator.term() }
        let folder = try ScratchFolder()
        defer { folder.remove() }
        try packed(terms).write(to: folder.url.appending(path: "in"))
        let script = """
            {ok, In} = file:read_file("in"),
            Again = fun(B) -> C = term_to_binary(binary_to_term(B)), [<<(byte_size(C)):32>>, C] end,
            ok = file:write_file("out", [Again(B) || <<N:32, B:N/binary>> <= In]), halt(0).
            """
        let status = try await otp.run(["erl", "-noshell", "-noinput", "-eval", script], in: folder.url)
        #expect(status == 0)
        #expect(try unpacked(Data(contentsOf: folder.url.appending(path: "out"))) == terms)
    }

    private func packed(_ terms: [Term]) throws -> Data {
        var buffer = ByteBuffer()
        for term in terms {
            let bytes = try term.externalFormat()
            buffer.writeInteger(UInt32(bytes.count))
            buffer.writeBytes(bytes)
        }
        return Data(buffer.readableBytesView)
    }

    private func unpacked(_ data: Data) throws -> [Term] {
        var buffer = ByteBuffer(bytes: data)
        var terms: [Term] = []
        while var slice = buffer.readLengthPrefixedSlice(as: UInt32.self) { terms.append(try slice.readTerm()) }
        return terms
    }
}
