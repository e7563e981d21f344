import FleetModel
import FleetStore
import Foundation
import Testing

@Suite("store: cookies")
struct CookieTests {
    @Test("a cluster's cookie is made once and kept")
    func once() throws {
        let file = try StoreFile()
        let store = try file.open()
        #expect(try store.cookie(namespace: "default", cluster: "hello", orElse: "first") == "first")
        #expect(try store.cookie(namespace: "default", cluster: "hello", orElse: "second") == "first")
        #expect(try file.open().cookie(namespace: "default", cluster: "hello", orElse: "third") == "first")
    }

    @Test("two clusters, and one name in two namespaces, have cookies of their own")
    func apart() throws {
        let store = try StoreFile().open()
        _ = try store.cookie(namespace: "default", cluster: "hello", orElse: "a")
        #expect(try store.cookie(namespace: "default", cluster: "shop", orElse: "b") == "b")
        #expect(try store.cookie(namespace: "staging", cluster: "hello", orElse: "c") == "c")
    }

    @Test("an app that is forgotten takes its cookie with it, and nobody else's")
    func forgotten() throws {
        let store = try StoreFile().open()
        _ = try store.cookie(namespace: "default", cluster: "hello", orElse: "old")
        _ = try store.cookie(namespace: "staging", cluster: "hello", orElse: "other")
        try store.forget(AppKey(app: "hello"), clusters: ["hello"])
        #expect(try store.cookie(namespace: "default", cluster: "hello", orElse: "new") == "new")
        #expect(try store.cookie(namespace: "staging", cluster: "hello", orElse: "new") == "other")
    }

    @Test("two connections that ask at once are told the same cookie")
    func race() async throws {
        let file = try StoreFile()
        let stores = [try file.open(), try file.open()]
        let cookies = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<20 {
                group.addTask { try stores[number % 2].cookie(namespace: "default", cluster: "hello", orElse: "\(number)") }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(cookies.count == 1)
    }
}
