import Testing

@testable import DockerClient
@testable import HTTPTransport

@Suite("A program in a container, as the Engine speaks of it")
struct ExecTests {
    @Test("the answer's head is read wherever its pieces end, and what follows it is the stream's")
    func head() throws {
        let answer = Array("HTTP/1.1 101 UPGRADED\r\nContent-Type: x\r\nConnection: Upgrade\r\n\r\n$ ".utf8)
        for cut in 0...answer.count {
            var head = UpgradeHead()
            var rest = try head.take(Array(answer[..<cut]))
            if let first = rest { rest = first + answer[cut...] } else { rest = try head.take(Array(answer[cut...])) }
            #expect(head.status == 101 && rest == Array("$ ".utf8))
        }
    }

    @Test("what is no answer, and a head without end, are refused", arguments: ["SSH-2.0-x\r\n\r\n", "HTTP/2 200\r\n\r\n"])
    func broken(text: String) {
        var head = UpgradeHead()
        #expect(throws: UpgradeHead.Broken.self) { try head.take(Array(text.utf8)) }
        var endless = UpgradeHead()
        #expect(throws: UpgradeHead.Broken.self) { try endless.take([UInt8](repeating: 0x41, count: UpgradeHead.longest)) }
    }

    @Test("without a terminal its two streams come in frames, with one as a single stream")
    func frames() throws {
        let bytes: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 2] + Array("ab".utf8) + [2, 0, 0, 0, 0, 0, 0, 1] + Array("c".utf8)
        for cut in 0...bytes.count {
            let frames = ExecFrames(hasTerminal: false)
            let taken = try frames.take(Array(bytes[..<cut])) + frames.take(Array(bytes[cut...]))
            #expect(taken.map(\.stream) == [.stdout, .stderr])
            #expect(taken.map { Array($0.bytes) } == [Array("ab".utf8), Array("c".utf8)])
        }
        #expect(try ExecFrames(hasTerminal: true).take(bytes).map { Array($0.bytes) } == [bytes])
        #expect(throws: DockerError.self) { try ExecFrames(hasTerminal: false).take([7, 0, 0, 0, 0, 0, 0, 1]) }
    }
}
