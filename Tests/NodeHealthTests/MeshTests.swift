import FleetModel
import NodeHealth
import Testing

@Suite("Judging a mesh")
struct MeshTests {
    @Test("nodes that all see each other are one full mesh")
    func full() {
        let mesh = MeshReport(judging: [
            report("c", peers: ["a", "b"]), report("a", peers: ["b", "c", "elsewhere"]), report("b", peers: ["a", "c"]),
        ])
        #expect(mesh == MeshReport(full: true, partitions: [["a", "b", "c"]], blind: []))
    }

    @Test("no node and one node are full meshes")
    func small() {
        #expect(MeshReport(judging: [NodeReport]()) == MeshReport(full: true, partitions: [], blind: []))
        #expect(MeshReport(judging: [report("a")]) == MeshReport(full: true, partitions: [["a"]], blind: []))
    }

    @Test("a split is told apart by groups, the largest first, with everyone who misses someone")
    func split() {
        let mesh = MeshReport(judging: [report("a"), report("b", peers: ["c"]), report("c", peers: ["b"])])
        #expect(!mesh.full)
        #expect(mesh.partitions == [["b", "c"], ["a"]])
        #expect(
            mesh.blind == [
                .init(node: "a", misses: "b"), .init(node: "a", misses: "c"), .init(node: "b", misses: "a"),
                .init(node: "c", misses: "a"),
            ])
    }

    @Test("one that sees and is not seen is not joined")
    func oneSided() {
        let mesh = MeshReport(judging: [report("a", peers: ["b"]), report("b")])
        #expect(mesh.partitions == [["a"], ["b"]])
        #expect(mesh.blind == [.init(node: "b", misses: "a")])
    }

    @Test("a gap between two that others bridge is no split, and no full mesh either")
    func gap() {
        let mesh = MeshReport(judging: [report("a", peers: ["b"]), report("b", peers: ["a", "c"]), report("c", peers: ["b"])])
        #expect(!mesh.full)
        #expect(mesh.partitions == [["a", "b", "c"]])
        #expect(mesh.blind == [.init(node: "a", misses: "c"), .init(node: "c", misses: "a")])
    }

    @Test("a node that does not answer agrees with nobody, though others still see it")
    func silent() {
        let mesh = MeshReport(judging: [report("a", peers: ["b", "c"]), report("b", peers: ["a", "c"])], silent: ["c"])
        #expect(mesh == MeshReport(full: false, partitions: [["a", "b"], ["c"]], blind: []))
    }

    @Test("every report obeys the definitions, whatever the nodes see", arguments: UInt64(0)..<300)
    func properties(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...8, using: &random)
        let names = (0..<count).map { "n\($0)@h" }
        let density = Double.random(in: 0...1, using: &random)
        var silent: [String] = []
        var reports: [NodeReport] = []
        for name in names {
            let peers = names.filter { $0 != name && Double.random(in: 0...1, using: &random) < density }
            if Int.random(in: 0..<10, using: &random) == 0 {
                silent.append(name)
            } else {
                reports.append(report(name, peers: peers))
            }
        }
        let mesh = MeshReport(judging: reports, silent: silent)
        let views = Dictionary(uniqueKeysWithValues: reports.map { ($0.node, Set($0.peers)) })
        func sees(_ a: String, _ b: String) -> Bool { views[a]?.contains(b) == true }

        // each node is in exactly one group, sorted, and larger groups come first
        #expect(mesh.partitions.flatMap { $0 }.sorted() == names.sorted())
        #expect(mesh.partitions.allSatisfy { $0 == $0.sorted() && !$0.isEmpty })
        #expect(mesh.partitions.map(\.count) == mesh.partitions.map(\.count).sorted(by: >))
        // the transitive closure of seeing each other, by Floyd and Warshall, gives the same groups
        var reach = names.map { a in names.map { b in a == b || (sees(a, b) && sees(b, a)) } }
        for k in names.indices {
            for i in names.indices { for j in names.indices where reach[i][k] && reach[k][j] { reach[i][j] = true } }
        }
        for (i, a) in names.enumerated() {
            for (j, b) in names.enumerated() {
                #expect(reach[i][j] == mesh.partitions.contains { $0.contains(a) && $0.contains(b) })
            }
        }
        // who misses whom, and nothing else
        let misses = names.flatMap { a in names.filter { a != $0 && views[a] != nil && !sees(a, $0) }.map { [a, $0] } }
        #expect(mesh.blind.map { [$0.node, $0.misses] } == misses.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(mesh.full == (silent.isEmpty && names.allSatisfy { a in names.allSatisfy { a == $0 || sees(a, $0) } }))
        // the order in which nodes answer does not matter
        #expect(MeshReport(judging: reports.shuffled(using: &random), silent: silent.reversed()) == mesh)
    }
}

@Suite("Judging the boot")
struct BootStateTests {
    @Test("a node is started when its boot is done and its application runs")
    func states() {
        #expect(report("a", applications: ["kernel", "shop"], isBooted: false).bootState(of: "shop") == .booting)
        #expect(report("a").bootState(of: "shop") == .awaitingApplication("shop"))
        #expect(report("a", applications: ["kernel", "shop"]).bootState(of: "shop") == .started)
    }
}
