import NIOCore
import NIOEmbedded
import Testing

@testable import KubernetesClient

@Suite("exec over a WebSocket, message by message")
struct ExecChannelTests {
    @Test("output, errors and the end, with whatever code")
    func events() throws {
        let channels = ExecChannels(subprotocol: "v4.channel.k8s.io")
        #expect(try channels.receive([1]) == nil)
        #expect(try channels.receive([]) == nil)
        #expect(try channels.receive([1, 104, 105]) == .output([104, 105]))
        #expect(try channels.receive([2, 33]) == .errors([33]))
        #expect(try channels.receive([3] + #"{"metadata":{},"status":"Success"}"#.utf8) == .exited(0))
        let failure =
            #"{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: Error executing in Docker Container: 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}"#
        #expect(try channels.receive([3] + failure.utf8) == .exited(3))
        #expect(try channels.receive([9, 1]) == nil)
    }

    @Test("a program that could not be run is told in the server's words")
    func notRun() {
        let channels = ExecChannels(subprotocol: nil)
        let status = #"{"status":"Failure","message":"no such file or directory","reason":"InternalError"}"#
        let error = #expect(throws: KubernetesError.self) { try channels.receive([3] + status.utf8) }
        #expect(error?.code == .streamFailed)
        #expect(error?.reason == "the program could not be run: no such file or directory")
        #expect(throws: KubernetesError.self) { try channels.receive([3, 0xFF]) }
    }

    @Test("input, its end where the server knows one, and the size of a terminal")
    func outward() {
        let (old, new) = (ExecChannels(subprotocol: "v4.channel.k8s.io"), ExecChannels(subprotocol: "v5.channel.k8s.io"))
        #expect(old.input([7, 8]) == [0, 7, 8])
        #expect(old.endOfInput() == nil)
        #expect(new.endOfInput() == [255, 0])
        #expect(old.resize(columns: 80, rows: 24) == [4] + #"{"Height":24,"Width":80}"#.utf8)
    }
}

@Suite("a port-forward over a WebSocket, message by message")
struct PortForwardChannelTests {
    /// 4370 is 0x1112.
    static let head: [UInt8] = [0x12, 0x11]

    @Test("each channel names the port first, however that is cut, then there are bytes")
    func bytes() throws {
        var channels = PortForwardChannels(port: 4370)
        #expect(try channels.receive([0, 0x12]) == nil)
        #expect(try channels.receive([0, 0x11]) == nil)
        #expect(try channels.receive([1] + Self.head) == nil)
        #expect(try channels.receive([0, 1, 2]) == .data([1, 2]))
        #expect(try channels.receive([0]) == nil)
        #expect(try channels.receive([1] + "refused".utf8) == .error("refused"))
        var joined = PortForwardChannels(port: 4370)
        #expect(try joined.receive([0] + Self.head + [9]) == .data([9]))
    }

    @Test("another port, and a channel that nobody opened, are refused")
    func violations() {
        var channels = PortForwardChannels(port: 4370)
        #expect(throws: PortForwardChannels.Violation.self) { try channels.receive([0, 0x50, 0]) }
        #expect(throws: PortForwardChannels.Violation.self) { try channels.receive([2, 1]) }
    }

    @Test("the handler makes a stream of it, and an error of an error")
    func handler() throws {
        let channel = EmbeddedChannel(handler: PortForwardHandler(port: 4370, place: "pod app-0 port 4370"))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(bytes: [0] + Self.head))
        try channel.writeInbound(ByteBuffer(bytes: [0, 1, 2, 3]))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(bytes: [1, 2, 3]))
        try channel.writeOutbound(ByteBuffer(bytes: [7]))
        #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: [0, 7]))
        try channel.writeOutbound(ByteBuffer(repeating: 5, count: 100_000))
        var sizes: [Int] = []
        while let message = try channel.readOutbound(as: ByteBuffer.self) { sizes.append(message.readableBytes - 1) }
        #expect(sizes == [65_536, 34_464])
        let error = #expect(throws: KubernetesError.self) {
            try channel.writeInbound(ByteBuffer(bytes: [1] + Self.head + "connection refused".utf8))
        }
        #expect(error?.reason == "pod app-0 port 4370: connection refused")
        #expect(!channel.isActive)
    }

    @Test("whatever comes, nothing crashes")
    func fuzz() {
        var random = SplitMix(seed: 3)
        for _ in 0..<2_000 {
            var port = PortForwardChannels(port: Int(random.next() % 65_536))
            let exec = ExecChannels(subprotocol: ExecChannels.subprotocols[Int(random.next() % 2)])
            for _ in 0..<4 {
                let message = (0..<Int(random.next() % 12)).map { _ in UInt8(truncatingIfNeeded: random.next() % 6) }
                _ = try? port.receive(message)
                _ = try? exec.receive(message)
            }
        }
    }
}

@Suite("lines out of pieces")
struct LineCutterTests {
    @Test("lines are the same however they are cut, and long ones come in parts")
    func cuts() {
        let text = Array("one\n\ntwo is long\nlast".utf8)
        for cut in 0...text.count {
            var cutter = LineCutter(longest: 5)
            var pieces = cutter.take(Array(text[..<cut])) + cutter.take(Array(text[cut...]))
            if let rest = cutter.finish() { pieces.append(rest) }
            #expect(
                pieces.map { String(decoding: $0.bytes, as: UTF8.self) + ($0.isWhole ? "." : "") } == [
                    "one.", ".", "two i", "s lon", "g.", "last.",
                ])
        }
    }
}
