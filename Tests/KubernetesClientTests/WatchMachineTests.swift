import JSONText
import Testing

@testable import KubernetesClient

@Suite("how a watch goes on")
struct WatchMachineTests {
    static func object(_ version: String) -> JSONValue {
        .object(["metadata": .object(["resourceVersion": .string(version)])])
    }

    static func line(_ type: String, _ object: JSONValue) -> JSONValue {
        .object(["type": .string(type), "object": object])
    }

    static func error(_ object: JSONValue) -> KubernetesError {
        KubernetesError(object["code"]?.integer == 410 ? .gone : .serverError, "")
    }

    /// One that has listed up to version 5.
    static func listed() -> WatchMachine {
        var machine = WatchMachine()
        #expect(machine.next(jitter: 1) == .list)
        #expect(machine.listed(ObjectList(items: [object("4")], resourceVersion: "5")) == [.all([object("4")])])
        #expect(machine.next(jitter: 1) == .watch(resourceVersion: "5"))
        return machine
    }

    @Test("it lists, watches from there, and goes on from the last it saw")
    func goesOn() throws {
        var machine = Self.listed()
        #expect(machine.opened() == [])
        #expect(try machine.received(Self.line("ADDED", Self.object("6")), error: Self.error) == [.added(Self.object("6"))])
        #expect(try machine.received(Self.line("MODIFIED", Self.object("7")), error: Self.error) == [.modified(Self.object("7"))])
        #expect(try machine.received(Self.line("DELETED", Self.object("8")), error: Self.error) == [.deleted(Self.object("8"))])
        machine.ended(sawEvents: true)
        #expect(machine.next(jitter: 1) == .watch(resourceVersion: "8"))
    }

    @Test("a bookmark moves the place and is no event; neither is what is unknown")
    func bookmark() throws {
        var machine = Self.listed()
        #expect(try machine.received(Self.line("BOOKMARK", Self.object("90")), error: Self.error) == [])
        machine.ended(sawEvents: true)
        #expect(machine.next(jitter: 1) == .watch(resourceVersion: "90"))
        #expect(try machine.received(Self.line("NEWS", Self.object("91")), error: Self.error) == [])
    }

    @Test("a version that is forgotten is listed anew, at once, and later if that repeats itself")
    func gone() throws {
        var machine = Self.listed()
        let gone = Self.line("ERROR", .object(["code": .integer(410)]))
        let error = #expect(throws: KubernetesError.self) { try machine.received(gone, error: Self.error) }
        #expect(try machine.failed(#require(error)) == [])
        #expect(machine.next(jitter: 1) == .list)
        #expect(machine.listed(ObjectList(items: [], resourceVersion: "9")) == [.all([])])
        #expect(try machine.failed(KubernetesError(.gone, "")) == [])
        #expect(machine.next(jitter: 1) == .wait(.milliseconds(200)))
        #expect(machine.next(jitter: 1) == .list)
    }

    @Test("a broken connection is told once, tried ever later, and goes on from where it was")
    func broken() throws {
        var machine = Self.listed()
        let lost = KubernetesError(.unreachable, "gone")
        #expect(try machine.failed(lost) == [.interrupted(lost)])
        var waits: [Duration] = []
        for _ in 0..<10 {
            guard case .wait(let time) = machine.next(jitter: 1) else { break }
            waits.append(time)
            #expect(machine.next(jitter: 1) == .watch(resourceVersion: "5"))
            #expect(try machine.failed(lost) == [])
        }
        #expect(waits.prefix(4) == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800)])
        #expect(waits.last == .seconds(10))
        _ = machine.next(jitter: 1)
        #expect(machine.opened() == [.resumed])
        #expect(machine.opened() == [])
    }

    @Test("a server that ends each watch at once is not asked in a circle")
    func circle() {
        var machine = Self.listed()
        machine.ended(sawEvents: false)
        #expect(machine.next(jitter: 1) == .wait(.milliseconds(100)))
        #expect(machine.next(jitter: 1) == .watch(resourceVersion: "5"))
    }

    @Test("what cannot become better ends it", arguments: [KubernetesError.Code.forbidden, .unauthorized, .notFound, .invalid])
    func hopeless(code: KubernetesError.Code) {
        var machine = Self.listed()
        #expect(throws: KubernetesError.self) { try machine.failed(KubernetesError(code, "")) }
    }

    @Test("a certificate that is not trusted ends a watch that never began, and interrupts one that did")
    func certificate() throws {
        var fresh = WatchMachine()
        let error = KubernetesError(.badCertificate, "")
        #expect(throws: KubernetesError.self) { try fresh.failed(error) }
        var machine = Self.listed()
        #expect(try machine.failed(error) == [.interrupted(error)])
    }

    @Test("what is no event is refused", arguments: ["{}", #"{"type":"ADDED"}"#, #"{"object":{}}"#, "[]", "7"])
    func nonsense(text: String) throws {
        var machine = Self.listed()
        let value = try JSONReader.read(Array(text.utf8))
        #expect(throws: KubernetesError.self) { try machine.received(value, error: Self.error) }
    }
}
