public import FleetModel
import JSONText
import KubernetesClient

extension ClusterPlatform {
    /// The files by which the release of an app's wanted revision is known, by their paths in it: out of a pod that runs its image or,
    /// where none does, out of one that is made for this and goes.
    ///
    /// Throws `app_not_found`, and why no pod of the image runs.
    public func releaseFiles(of key: AppKey) async throws -> [String: [UInt8]] {
        try await translating {
            let app = try await keptApp(key)
            let revision = try app.wanted()
            let pods = try await objects(.pods, StateNames.selector(key.app), in: key.namespace)
            let running = pods.first { pod in
                pod.isReplica && PodReading(pod, app: key.app).isRunning && pod.runs(revision.release.image, in: key.app)
            }
            let listing: Printed
            if let running {
                listing = try await printed(
                    ReleaseListing.words, in: PodPlace(namespace: key.namespace, pod: running.name, container: key.app))
            } else {
                let job = try await trialJob(of: revision, app.deployment, key, words: ["/bin/true"], variables: [])
                // What it runs with is there, for it was deployed; and nothing of it is read.
                let waiting = WaitingPod.object(of: job, app: key.app, mark: Self.mark()).withoutVariables
                listing = try await withPod(OnceOrder(namespace: key.namespace, needed: [], object: waiting)) {
                    try await printed(ReleaseListing.words, in: $0)
                }
            }
            let files = ReleaseListing.read(listing.output)
            guard listing.code == 0, !files.isEmpty else {
                throw PlatformError(
                    .failed, "the image \(revision.release.image ?? "") shows no release in /app",
                    hint: "beamctl run \(key.app) -- ls /app")
            }
            return files
        }
    }

    /// A mark that no other object of the kind has.
    static func mark() -> String { RequestID.fresh().prefix(8).lowercased() }

    /// What a program in a container has written, up to a bound, and its exit code.
    struct Printed {
        var output: [UInt8]
        var code: Int
    }

    /// Runs a program in a container to its end. What it writes beyond the bound is left out.
    func printed(_ words: [String], in place: PodPlace, most: Int = ReleaseListing.longest) async throws -> Printed {
        try await client.exec(
            ExecCommand(words, container: place.container), in: place.pod, namespace: place.namespace
        ) { session in
            var printed = Printed(output: [], code: 1)
            for try await event in session.events {
                switch event {
                case .output(let bytes): printed.output += bytes.prefix(most - printed.output.count)
                case .errors: continue
                case .exited(let code): printed.code = Int(code)
                }
            }
            return printed
        }
    }
}

extension KubernetesObject {
    /// Whether a container of a pod is of an image.
    fileprivate func runs(_ image: String?, in container: String) -> Bool {
        let containers = json.at("spec", "containers")?.elements ?? []
        return image != nil && containers.first { $0["name"]?.text == container }?["image"]?.text == image
    }

    /// A pod that needs nothing of what others refer to: no variable of its own, no Secret's file.
    fileprivate var withoutVariables: KubernetesObject {
        var pod = self
        let containers = (pod.json.at("spec", "containers")?.elements ?? []).map { container -> JSONValue in
            guard case .object(var members) = container else { return container }
            for key in ["env", "envFrom"] { members[key] = nil }
            members["volumeMounts"] = .array(
                (members["volumeMounts"]?.elements ?? []).filter { ["state", "scratch"].contains($0["name"]?.text) })
            return .object(members)
        }
        pod.json.set(["spec", "containers"], .array(containers))
        pod.json.set(["spec", "initContainers"], [])
        pod.json.set(
            ["spec", "volumes"],
            .array((pod.json.at("spec", "volumes")?.elements ?? []).filter { ["state", "scratch"].contains($0["name"]?.text) }))
        return pod
    }
}
