import FleetModel
import FleetStore
import Testing

@Suite("store: what is written is what is read")
struct RoundTripTests {
    @Test("an empty file becomes a store with nothing in it, and opening it again changes nothing")
    func empty() throws {
        let file = try StoreFile()
        for _ in 0..<3 {
            let state = try file.open().load()
            #expect(state.deployments == [])
            #expect(state.revisions == [:])
            #expect(state.replicas == [])
        }
    }

    @Test("a deployment, its revisions and its replicas come back whole from a store that is opened anew")
    func everything() throws {
        let file = try StoreFile()
        let store = try file.open()
        try store.save(Sample.deployment(1), newRevision: Sample.revision(1))
        try store.save(Sample.deployment(2), newRevision: Sample.revision(2))
        try store.save([Sample.replica("a"), Sample.replica("b")])

        let state = try file.open().load()
        #expect(state.deployments == [Sample.deployment(2)])
        #expect(state.revisions == [Sample.key: [Sample.revision(1), Sample.revision(2)]])
        #expect(state.replicas.sorted { $0.name < $1.name } == [Sample.replica("a"), Sample.replica("b")])
    }

    @Test("revisions come back by number, not by text")
    func order() throws {
        let store = try StoreFile().open()
        for number in [10, 9, 1, 2, 11] { try store.save(Sample.deployment(number), newRevision: Sample.revision(number)) }
        #expect(try store.load().revisions[Sample.key]?.map(\.number) == [1, 2, 9, 10, 11])
    }

    @Test("a replica is replaced by its newer self")
    func replaced() throws {
        let store = try StoreFile().open()
        var replica = Sample.replica("a")
        try store.save([replica])
        replica.phase = .ready
        replica.reason = nil
        replica.lastExit = nil
        try store.save([replica])
        #expect(try store.load().replicas == [replica])
    }

    @Test("the same app in two namespaces is two apps")
    func namespaces() throws {
        let store = try StoreFile().open()
        let (one, two) = (AppKey(namespace: "one", app: "hello"), AppKey(namespace: "two", app: "hello"))
        try store.save(Sample.deployment(1, of: one), newRevision: Sample.revision(1))
        try store.save(Sample.deployment(1, of: two), newRevision: Sample.revision(1))
        try store.forget(one, clusters: [one.app])
        let state = try store.load()
        #expect(state.deployments == [Sample.deployment(1, of: two)])
        #expect(state.revisions == [two: [Sample.revision(1)]])
    }

    @Test("a revision's number is given once: a second one is refused, and the deployment is not changed by it")
    func revisionTwice() throws {
        let store = try StoreFile().open()
        try store.save(Sample.deployment(1), newRevision: Sample.revision(1))
        var other = Sample.deployment(1)
        other.generation = 99
        #expect(throws: StoreError.self) { try store.save(other, newRevision: Sample.revision(1)) }
        #expect(try store.load().deployments == [Sample.deployment(1)])
    }

    @Test("forgetting a replica, or what is not there, leaves the rest")
    func forgetting() throws {
        let store = try StoreFile().open()
        try store.save([Sample.replica("a"), Sample.replica("b")])
        try store.forget(replica: "a")
        try store.forget(replica: "never was")
        try store.forget(AppKey(app: "never-was"), clusters: [])
        #expect(try store.load().replicas == [Sample.replica("b")])
    }

    @Test("a fact is remembered, and replaced")
    func facts() throws {
        let file = try StoreFile()
        let store = try file.open()
        #expect(try store.fact("boot") == nil)
        try store.setFact("boot", to: "one")
        try store.setFact("boot", to: "two")
        #expect(try file.open().fact("boot") == "two")
    }
}
