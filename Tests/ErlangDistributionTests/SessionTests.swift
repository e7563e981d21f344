import ExternalTermFormat
import NIOCore
import Testing

@testable import ErlangDistribution

@Suite("Session")
struct SessionTests {
    let own = Handshake.Introduction(node: "ABC@127.0.0.1", creation: 3)
    let stranger = Term.pid(Pid(node: "a@127.92.0.11", id: 50, serial: 0, creation: 1))
    let ourself = Term.pid(Pid(node: "ABC@127.0.0.1", id: 1, serial: 0, creation: 3))

    private func session(_ settings: ConnectionSettings = ConnectionSettings()) -> Session<String> {
        Session(own, settings: settings)
    }

    /// Starts a call and gives the reference that the peer is to answer with.
    private func begin(_ session: inout Session<String>, _ waiter: String) throws -> Term {
        var output = ByteBuffer()
        _ = try session.begin(RemoteCall("erlang", "node").encoded(), waiter, into: &output)
        #expect(output.readInteger(as: UInt32.self).map { Int($0) } == output.readableBytes)
        #expect(output.readInteger(as: UInt8.self) == 112)
        #expect(try output.readTerm() == .tuple([6, ourself, .atom(""), .atom("rex")]))
        let request = try output.readTerm()
        #expect(output.readableBytes == 0)
        let parts = try #require(request.tuple)
        #expect(parts[0] == .atom("$gen_call"))
        #expect(parts[2] == .tuple([.atom("call"), .atom("erlang"), .atom("node"), [], .atom("user")]))
        let from = try #require(parts[1].tuple)
        #expect(from[0] == ourself)
        return from[1]
    }

    private func reply(_ reference: Term, _ value: Term, operation: Term = 2) throws -> Frame {
        .message(try .passThrough(.tuple([operation, .atom(""), ourself]), .tuple([reference, value])))
    }

    private func answer(_ action: Session<String>.Action) -> (String, Result<Term, CallFault>)? {
        guard case .answer(let waiter, let result) = action else { return nil }
        return (waiter, result)
    }

    @Test("answers find their calls by reference, in whatever order they come")
    func correlation() throws {
        var session = session()
        let references = try (0..<100).map { try begin(&session, "call \($0)") }
        #expect(Set(references).count == 100)
        for number in (0..<100).reversed() {
            let found = answer(session.receive(try reply(references[number], .integer(Int64(number)))))
            #expect(found?.0 == "call \(number)")
            #expect(found?.1 == .success(.integer(Int64(number))))
        }
        #expect(session.pendingCalls == 0)
    }

    @Test("a badrpc is a failure, with its reason")
    func badRPC() throws {
        var session = session()
        let reference = try begin(&session, "call")
        let found = answer(session.receive(try reply(reference, .tuple([.atom("badrpc"), .atom("nodedown")]))))
        #expect(found?.1 == .failure(.badRPC(.atom("nodedown"))))
    }

    @Test("an answer that comes twice, too late, or to nobody is dropped")
    func strays() throws {
        var session = session()
        let reference = try begin(&session, "call")
        _ = session.receive(try reply(reference, 1))
        #expect(answer(session.receive(try reply(reference, 1))) == nil)
        var output = ByteBuffer()
        let number = try session.begin(RemoteCall("a", "b").encoded(), "late", into: &output)
        session.abandon(number)
        #expect(session.pendingCalls == 0)
        for stray in [Term.atom("x"), reference, .tuple([]), 5] {
            #expect(answer(session.receive(try reply(stray, 1))) == nil)
        }
    }

    @Test("an unreadable answer fails its own call, and no other")
    func unreadable() throws {
        var session = session(ConnectionSettings(terms: TermLimits(terms: 20)))
        let (first, second) = (try begin(&session, "first"), try begin(&session, "second"))
        let found = answer(session.receive(try reply(first, .charlist("a text of more than twenty characters"))))
        #expect(found?.0 == "first")
        guard case .failure(.answerUndecodable(let error))? = found?.1 else { throw Missing() }
        #expect(error.code == .tooManyTerms)
        #expect(answer(session.receive(try reply(second, 1)))?.1 == .success(1))
    }

    @Test("an answer that is too large fails its own call, as soon as its beginning is there")
    func tooLarge() throws {
        var session = session()
        let reference = try begin(&session, "call")
        guard case .message(var whole) = try reply(reference, .binary(Array(repeating: 7, count: 5_000))),
            let head = whole.readSlice(length: FrameDecoder.headBytes)
        else { throw Missing() }
        let found = answer(session.receive(.oversized(length: 99_999, head: head)))
        #expect(found?.1 == .failure(.answerTooLarge(99_999)))
    }

    @Test("a request that is too large is not sent, and leaves nothing behind")
    func requestTooLarge() throws {
        var session = session(ConnectionSettings(maximumMessageBytes: 1_000))
        var output = ByteBuffer(bytes: [1, 2, 3])
        let request = try RemoteCall("a", "b", [.binary(Array(repeating: 0, count: 1_000))]).encoded()
        #expect(throws: CallFault.self) { try session.begin(request, "call", into: &output) }
        #expect(output.bytes == [1, 2, 3])
        #expect(session.pendingCalls == 0)
    }

    @Test("what asks for an answer gets the one of a node without processes")
    func politeness() throws {
        var session = session()
        let name = Term.atom("net_kernel")
        let reference = Term.reference(try #require(Reference(node: "a@127.92.0.11", creation: 1, words: [1, 2, 3])))
        let cases: [(Term, Term)] = [
            (.tuple([19, stranger, name, reference]), .tuple([21, name, stranger, reference, .atom("noproc")])),
            (.tuple([1, stranger, name]), .tuple([3, name, stranger, .atom("noproc")])),
            (.tuple([35, 77, stranger, ourself]), .tuple([36, 77, ourself, stranger])),
            (.tuple([29, reference, stranger, stranger, name, []]), .tuple([31, reference, stranger, 0, .atom("notsup")])),
        ]
        for (question, expected) in cases {
            guard case .send(var output) = session.receive(.message(try .passThrough(question, []))) else { throw Missing() }
            #expect(output.readInteger(as: UInt32.self).map { Int($0) } == output.readableBytes)
            #expect(output.readInteger(as: UInt8.self) == 112)
            #expect(try output.readTerm() == expected)
        }
    }

    @Test(
        "what asks for nothing is passed over, also what later releases may add",
        arguments: [
            .tuple([3, 1, 2, 3]), .tuple([4, 1, 2]), .tuple([7, 1, 2]), .tuple([8, 1, 2, 3]), .tuple([20, 1, 2, 3]),
            .tuple([6, 1, .atom(""), .atom("global_name_server")]), .tuple([33, 1, 2]), .tuple([36, 1, 2, 3]), .tuple([99]),
            .tuple([1, 2]), .tuple([19]), .tuple([1_000_000, .atom("x")]),
        ] as [Term])
    func passedOver(control: Term) throws {
        var session = session()
        guard case .none = session.receive(.message(try .passThrough(control, .atom("payload")))) else { throw Missing() }
    }

    @Test("links and monitors of our one process are left alone: it lives as long as the connection")
    func ourselves() throws {
        var session = session()
        for control in [Term.tuple([1, stranger, ourself]), .tuple([19, stranger, ourself, 5])] {
            guard case .none = session.receive(.message(try .passThrough(control))) else { throw Missing() }
        }
    }

    @Test("what no node sends is a violation")
    func violations() throws {
        var session = session()
        let frames: [Frame] = [
            .message(ByteBuffer(bytes: [131, 68, 0])), .message(ByteBuffer(bytes: [112])),
            .message(ByteBuffer(bytes: [112, 131, 1])), .message(try .passThrough(.atom("x"))),
            .message(try .passThrough(.tuple([]))), .message(try .passThrough(.tuple([2, 1, .atom("x")]))),
            .handshake(.message("sok")), .oversized(length: 1 << 30, head: ByteBuffer(repeating: 0, count: 2_048)),
        ]
        for frame in frames {
            guard case .violation(let detail) = session.receive(frame) else { throw Missing() }
            #expect(!detail.isEmpty)
        }
    }
}
