import FleetModel
import JSONText
import Testing

@testable import KubernetesPlatform

@Suite("Crash dumps and ends of pods")
struct ClusterCrashTests {
    private func fed(_ text: String, by size: Int) -> CrashReport? {
        var (listing, rest) = (DumpListing(), Array(text.utf8)[...])
        while !rest.isEmpty {
            listing.feed(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return listing.report(of: "hello-1")
    }

    @Test("a dump is read as it comes, in pieces of any size", arguments: [1, 7, 4096])
    func dump(_ size: Int) throws {
        let text = "120 1764000000 /tmp/beamctl/erl_crash.dump\n=erl_crash_dump:0.5\nSlogan: it was asked to\n=end\n"
        let report = try #require(fed(text, by: size))
        #expect(report.slogan == "it was asked to" && report.isWhole && report.bytes == 120)
        #expect(report.at == Timestamp(milliseconds: 1_764_000_000_000))
        #expect(report.path == "hello-1:/tmp/beamctl/erl_crash.dump")
    }

    @Test("what is no answer is no dump", arguments: ["", "x", "-1 2 /a\n", "1 b /a\nrest", "0 1 /a\n", "\n"])
    func none(_ text: String) { #expect(fed(text, by: 3) == nil) }

    @Test("how the process before ended is told, unless it ended well")
    func ends() throws {
        func pod(
            _ code: Int, _ reason: String, ended: JSONValue = "2026-11-26T10:00:05Z", deleted: JSONValue = .null,
            at place: String = "lastState"
        ) -> PodReading {
            PodReading(
                KubernetesObject(json: [
                    "metadata": ["name": "hello-1", "deletionTimestamp": deleted],
                    "status": [
                        "containerStatuses": [
                            [
                                "name": "hello",
                                place: [
                                    "terminated": [
                                        "exitCode": .integer(code), "reason": .string(reason),
                                        "startedAt": "2026-11-26T10:00:00Z", "finishedAt": ended,
                                    ]
                                ],
                            ]
                        ]
                    ],
                ]), app: "hello")
        }
        let killed = try #require(pod(137, "OOMKilled").end(in: "hello"))
        #expect(killed.words.contains("OOMKilled") && killed.at > killed.startedAt)
        #expect(pod(1, "Error").end(in: "hello")?.words == "exit code 1")
        #expect(pod(0, "Completed").end(in: "hello") == nil)
        #expect(pod(137, "Error", at: "state").end(in: "hello") != nil)
        let told = pod(137, "Error", deleted: "2026-11-26T10:00:00Z", at: "state")
        #expect(told.end(in: "hello") == nil, "it was told to end")
        #expect(pod(137, "ContainerStatusUnknown", ended: .null).end(in: "hello") == nil, "nobody knows when, or whether it ran")
        #expect(PodReading(KubernetesObject(json: [:]), app: "hello").end(in: "hello") == nil)
    }

    @Test("claims are the app's by the names that its StatefulSets give them")
    func claims() throws {
        let request = try SampleManifests.request("stable")
        let names = VolumeNames([request.spec])
        let (process, spec) = try #require(
            request.spec.processes.first { $0.value.identity == .stable && !$0.value.volumes.isEmpty })
        let volume = try #require(spec.volumes.keys.first)
        let workload = ObjectNames(request.spec).workload(process)
        func claim(_ name: String, _ component: String) -> KubernetesObject {
            KubernetesObject(
                "v1", "PersistentVolumeClaim", name: name, namespace: "n", labels: [ObjectNames.componentLabel: component], [:])
        }
        #expect(
            names.isOurs(claim("\(volume)-\(workload)-0", process)) && names.isOurs(claim("\(volume)-\(workload)-12", process)))
        for name in ["\(volume)-\(workload)-", "\(volume)-\(workload)-0-x", "other-\(workload)-0", "x\(volume)-\(workload)-0"] {
            #expect(!names.isOurs(claim(name, process)), "\(name)")
        }
        #expect(!names.isOurs(claim("\(volume)-\(workload)-0", "another")))
    }
}
