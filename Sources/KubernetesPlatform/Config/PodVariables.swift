public import FleetModel
import JSONText

/// The variables that pods get beside those that the user gives, in the pod's own words: `$(POD_IP)` is an address that only the pod
/// has.
public enum PodVariables {
    /// By process and name. What the object of a pod says, and what the image's entrypoint adds to it.
    ///
    /// - Parameters:
    ///   - release: What is known of the release.
    ///   - tool: What built it.
    /// - Throws: ``RenderingError`` for a manifest that has no objects.
    public static func given(
        _ spec: AppSpec, release: ReleaseFacts, tool: ReleaseTool, namespace: String
    ) throws(RenderingError) -> [String: [String: String]] {
        // None of its own: neither a variable nor a secret, so that what is left is ours.
        var bare = spec
        (bare.secrets, bare.environment) = ([], nil)
        bare.env = [:]
        for process in bare.processes.keys { bare.processes[process]?.env = [:] }
        let plan = try AppPlan(
            RenderingRequest(
                spec: bare, release: release, image: "", namespace: namespace, secrets: .references(env: "-", cookie: "-")))
        var given: [String: [String: String]] = [:]
        for (name, process) in plan.processes {
            let template = try PodTemplate(plan, name, process)
            given[name] = entrypoint(bare, tool, peers: plan.names.peersHost(in: namespace))
                .merging(template.configMap?.json["data"]?.texts ?? [:]) { $1 }
                .merging(object(template.replica())) { $1 }
        }
        return given
    }

    /// What stands in the template of pods.
    private static func object(_ template: JSONValue) -> [String: String] {
        let container = template.at("spec", "containers")?.elements.first
        return (container?["env"]?.elements ?? []).reduce(into: [:]) { variables, entry in
            guard let name = entry["name"]?.text else { return }
            if entry["value"]?.text == nil, let field = entry.at("valueFrom", "fieldRef", "fieldPath")?.text {
                variables[name] = "$(\(field))"
            } else {
                variables[name] = entry["value"]?.text?.replacing("$$", with: "$")
            }
        }
    }

    /// What the entrypoint of images makes of it.
    private static func entrypoint(_ spec: AppSpec, _ tool: ReleaseTool, peers: String) -> [String: String] {
        let (node, scratch) = ("/run/beamctl/node", "/tmp/beamctl")
        let isClustered = spec.cluster.discovery != .none
        var variables = [
            "LANG": "C.UTF-8", "HOME": "\(node)/home", "TMPDIR": scratch, "RELEASE_TMP": scratch,
            "ERL_CRASH_DUMP": "\(scratch)/erl_crash.dump", "ERL_CRASH_DUMP_BYTES": "\(64 << 20)",
            "RELEASE_DISTRIBUTION": isClustered ? "name" : "none", "BEAMCTL_ENV_FILE": "\(node)/config/env",
            "BEAMCTL_PEER_AGENT": "/beamctl/peer_agent.erl",
        ]
        if isClustered {
            variables["ERL_EPMD_PORT"] = "1"
            variables["DNS_CLUSTER_QUERY"] = peers
        }
        switch tool {
        case .mix:
            variables["RELEASE_VM_ARGS"] = "\(node)/config/vm.args"
            variables["RELEASE_REMOTE_VM_ARGS"] = "\(node)/config/remote.vm.args"
            variables["RELEASE_COOKIE"] = "not-the-cookie"
        case .rebar3:
            variables["VMARGS_PATH"] = "\(node)/config/vm.args"
            variables["RELX_OUT_FILE_PATH"] = "\(node)/config"
        case .distillery:
            variables["VMARGS_PATH"] = "\(node)/config/vm.args"
            variables["RELEASE_MUTABLE_DIR"] = "\(node)/var"
        }
        return variables
    }
}
