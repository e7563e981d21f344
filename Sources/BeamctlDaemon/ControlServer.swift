import ControlAPI
import FleetModel
import Hummingbird
import LocalPlatform
import Logging

/// The daemon's side of the control API: requests in, calls of the fleet, answers out.
struct ControlServer: Sendable {
    let fleet: Fleet
    let locks: DeployLocks
    let leases: TrialLeases
    let entrance: EntranceKeeper
    let intake: ReleaseIntake
    let status: @Sendable () async -> DaemonStatus
    /// Ends the daemon; with `everything`, all replicas and the name server before.
    let shutdown: @Sendable (_ everything: Bool) async throws -> Void

    /// The largest request: a manifest, an environment.
    static let largestBody = 16 << 20

    func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: ErrorsAsJSON())
        router.get(RouterPath(ControlRoute.daemon)) { _, _ in try JSONAnswer.response(await status()) }
        router.post(RouterPath(ControlRoute.daemonStop)) { _, _ in try await done { try await shutdown(false) } }
        router.post(RouterPath(ControlRoute.stopAll)) { _, _ in try await done { try await shutdown(true) } }
        router.get(RouterPath(ControlRoute.intake)) { _, _ in try JSONAnswer.response(intake) }
        router.put(RouterPath(ControlRoute.imageIntake)) { _, _ in try JSONAnswer.response(try await fleet.imageIntake()) }
        router.get(RouterPath(ControlRoute.apps)) { request, _ in
            try JSONAnswer.response(await fleet.list(namespace: request.uri.queryParameters.get("namespace")))
        }
        router.post(RouterPath(ControlRoute.apps)) { request, _ in
            try JSONAnswer.response(try await fleet.deploy(try await JSONAnswer.question(request)))
        }
        router.post(RouterPath(ControlRoute.preflight)) { request, _ in
            let preflight = try await fleet.preflight(try await JSONAnswer.question(request))
            await leases.expect(preflight.directory)
            return try JSONAnswer.response(preflight)
        }
        router.get(RouterPath(ControlRoute.preflightLease)) { request, _ in
            JSONStream.response(await leases.hold(request.uri.queryParameters.get("directory") ?? ""))
        }
        router.delete(RouterPath(ControlRoute.preflight)) { request, _ in
            let directory = request.uri.queryParameters.get("directory") ?? ""
            return try await done {
                do {
                    try await fleet.discard(preflight: directory)
                    await leases.forget(directory)
                } catch {
                    // What could not be ended now is ended later.
                    if await fleet.trials.contains(directory) { await leases.expect(directory) }
                    throw error
                }
            }
        }
        addCertificates(router)
        addAppVerbs(router)
        return router
    }

    private func addCertificates(_ router: Router<BasicRequestContext>) {
        let path = RouterPath(ControlRoute.certificates)
        router.get(path) { _, _ in try JSONAnswer.response(entrance.certificates) }
        router.post(path) { request, _ in
            try JSONAnswer.response(
                try await entrance.add(
                    try await JSONAnswer.question(request), hosts: await fleet.hosts, now: FleetWorld.real.now()))
        }
        router.delete(path) { request, _ in
            let id = request.uri.queryParameters.get("id") ?? ""
            return try await done { try await entrance.remove(certificate: id) }
        }
    }

    private func addAppVerbs(_ router: Router<BasicRequestContext>) {
        let app = "/v1/namespaces/:namespace/apps/:app"
        func path(_ verb: ControlRoute.Verb) -> RouterPath { RouterPath("\(app)/\(verb.rawValue)") }

        router.get(RouterPath(app)) { _, context in try JSONAnswer.response(try await fleet.report(of: try context.key)) }
        router.delete(RouterPath(app)) { _, context in
            let key = try context.key
            return try await done {
                try await fleet.destroy(key)
                await fleet.untilNone(key)
            }
        }
        router.get(path(.nodes)) { _, context in try JSONAnswer.response(try await fleet.nodes(of: try context.key)) }
        router.put(path(.scale)) { request, context in
            let wish: ScaleRequest = try await JSONAnswer.question(request)
            return try JSONAnswer.response(
                try await fleet.scale(try context.key, process: wish.process, replicas: wish.replicas))
        }
        router.post(path(.restart)) { _, context in try JSONAnswer.response(try await fleet.restart(try context.key)) }
        router.post(path(.stop)) { _, context in
            let key = try context.key
            return try await done {
                try await fleet.stop(key)
                await fleet.untilNone(key)
            }
        }
        router.get(path(.history)) { _, context in try JSONAnswer.response(try await fleet.history(of: try context.key)) }
        router.put(path(.rollback)) { request, context in
            try JSONAnswer.response(try await fleet.rollback(try context.key, try await JSONAnswer.question(request)))
        }
        router.get(path(.settings)) { _, context in try JSONAnswer.response(try await fleet.settings(of: try context.key)) }
        router.put(path(.settings)) { request, context in
            try JSONAnswer.response(
                try await fleet.changeSettings(of: try context.key, try await JSONAnswer.question(request)))
        }
        router.post(path(.call)) { request, context in
            try JSONAnswer.response(try await fleet.oneOff(try context.key, try await JSONAnswer.question(request)))
        }
        router.put(path(.attachment)) { _, context in
            try JSONAnswer.response(try await fleet.attachment(of: try context.key))
        }
        router.get(path(.crashes)) { _, context in try JSONAnswer.response(try await fleet.crashes(of: try context.key)) }
        addStreams(router, path)
    }

    private func addStreams(_ router: Router<BasicRequestContext>, _ path: (ControlRoute.Verb) -> RouterPath) {
        router.get(path(.watch)) { _, context in
            JSONStream.response(try await fleet.watch(try context.key))
        }
        router.post(path(.logs)) { request, context in
            JSONStream.response(try await fleet.logs(of: try context.key, try await JSONAnswer.question(request)))
        }
        router.post(path(.lock)) { request, context in
            let queue = await locks.queue(for: try context.key, try await JSONAnswer.question(request))
            return JSONStream.response(queue.map { LockState(heldBy: $0) })
        }
        router.post(path(.unlock)) { request, context in
            let key = try context.key
            let holder: LockHolder = try await JSONAnswer.question(request)
            return try await done { await locks.release(key, holder) }
        }
    }

    private func done(_ body: () async throws -> Void) async throws -> Response {
        try await body()
        return try JSONAnswer.response(DaemonClient.Done())
    }
}

extension RequestContext {
    /// The app that a path names. Throws `invalid_request` for names that are none.
    var key: AppKey {
        get throws {
            let key = AppKey(namespace: try parameters.require("namespace"), app: try parameters.require("app"))
            for name in [key.namespace, key.app] {
                if let problem = DNSLabel.problem(with: name) {
                    throw PlatformError(.invalidRequest, "the name '\(name)' \(problem)")
                }
            }
            return key
        }
    }
}
