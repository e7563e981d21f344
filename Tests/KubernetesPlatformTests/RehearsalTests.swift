import FleetModel
import Testing

@testable import KubernetesPlatform

@Suite("A deploy that is rehearsed while its configuration is tried")
struct RehearsalTests {
    private let rehearsals = Rehearsals()

    private func plan(_ app: String) -> DeployPlan {
        let key = AppKey(namespace: "shop", app: app)
        return DeployPlan(
            deployment: Deployment(key: key, revision: 1, scale: ["web": 3]), revision: KeptExamples.revision(1), objects: [],
            stale: [])
    }

    @Test("its plan is carried out once, and by its own request alone")
    func once() {
        rehearsals.keep(plan("hello"), of: "one", begunAt: 0)
        #expect(rehearsals.take("two") == nil)
        #expect(rehearsals.take("one")?.deployment.key.app == "hello")
        #expect(rehearsals.take("one") == nil)
    }

    @Test("a change of settings makes it void, whether it has been kept or is still under way, and no other app's")
    func changes() {
        let (hello, other) = (AppKey(namespace: "shop", app: "hello"), AppKey(namespace: "shop", app: "other"))
        let begun = rehearsals.changes(of: hello)
        rehearsals.keep(plan("hello"), of: "before", begunAt: begun)
        rehearsals.keep(plan("other"), of: "other", begunAt: rehearsals.changes(of: other))
        rehearsals.changed(hello)
        rehearsals.keep(plan("hello"), of: "meanwhile", begunAt: begun)
        #expect(rehearsals.take("before") == nil && rehearsals.take("meanwhile") == nil)
        #expect(rehearsals.take("other") != nil)
        rehearsals.keep(plan("hello"), of: "after", begunAt: rehearsals.changes(of: hello))
        #expect(rehearsals.take("after") != nil)
    }
}
