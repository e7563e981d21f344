import ControlAPI
import FleetModel
import Testing

@Suite("control API: how values are written")
struct CodingTests {
    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try ControlCoding.value(Value.self, from: ControlCoding.bytes(value))
    }

    @Test("a frame's value comes back, in one line")
    func value() throws {
        let status = Sample.status()
        let bytes = try ControlCoding.bytes(StreamFrame.value(status))
        #expect(!bytes.contains(UInt8(ascii: "\n")))
        guard case .value(let back) = try ControlCoding.value(StreamFrame<AppStatus>.self, from: bytes) else {
            Issue.record("a value came back as an error")
            return
        }
        #expect(back == status)
    }

    @Test("a frame's error comes back")
    func error() throws {
        let error = PlatformError(.noRoom, "no room\nat all", hint: "make some")
        guard case .error(let back) = try roundTrip(StreamFrame<AppStatus>.error(error)) else {
            Issue.record("an error came back as a value")
            return
        }
        #expect(back == error)
    }

    @Test("an error's code that this build does not know survives, with message and hint")
    func unknownCode() throws {
        let json = #"{"code":"quota_exceeded","message":"too much","hint":"less","more":{"later":true}}"#
        let error = try ControlCoding.value(PlatformError.self, from: Array(json.utf8))
        #expect(error.code == PlatformError.Code(rawValue: "quota_exceeded"))
        #expect(try roundTrip(error) == PlatformError(.init(rawValue: "quota_exceeded"), "too much", hint: "less"))
        #expect(error != PlatformError(.failed, "too much", hint: "less"))
    }

    @Test("codes are bare names")
    func bareCode() throws {
        #expect(
            try Sample.json(PlatformError(.appNotFound, "gone")) == #"{"code":"app_not_found","message":"gone"}"#)
    }

    @Test("every value that crosses the socket comes back as it was")
    func values() throws {
        #expect(try roundTrip(Sample.request()) == Sample.request())
        #expect(try roundTrip(Sample.status()) == Sample.status())
        #expect(try roundTrip(Sample.daemon) == Sample.daemon)
        #expect(try roundTrip(ScaleRequest(process: nil, replicas: 3)) == ScaleRequest(process: nil, replicas: 3))
        #expect(try roundTrip(LockState(heldBy: nil)) == LockState(heldBy: nil))
        let holder = LockHolder(who: "me@host", since: Timestamp(milliseconds: 5))
        #expect(try roundTrip(LockState(heldBy: holder)).heldBy == holder)
        #expect(try roundTrip(ReleaseIntake.directory("/r")) == .directory("/r"))
        let query = LogQuery(replica: "a", since: Timestamp(milliseconds: 5), tail: 6, follow: true)
        #expect(try roundTrip(query) == query)
        let command = OneOff(kind: .rpc, expression: "node()", replica: nil, terminal: "xterm")
        #expect(try roundTrip(command) == command)
    }

    @Test(
        "bytes that stand for something else are a mismatch of versions, with a way out",
        arguments: ["", "{", "[]", #"{"code":1}"#])
    func mismatch(text: String) throws {
        let error = try #require(throws: PlatformError.self) {
            try ControlCoding.value(PlatformError.self, from: Array(text.utf8))
        }
        #expect(error.code == .versionMismatch)
        #expect(error.hint?.contains("beamctl daemon stop") == true)
    }
}
