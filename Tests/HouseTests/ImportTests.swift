import Foundation
import Testing

@Suite("the house: an import only points down")
struct ImportTests {
    /// What may be imported wherever it is needed, as the text above the table says.
    static let everywhere: Set<String> = [
        "Logging", "ServiceLifecycle", "UnixSignals", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "NIOHTTP1",
    ]
    /// What comes with the toolchain and the system.
    static let system: Set<String> = ["Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Swift", "Synchronization"]

    @Test("every target of Sources is in the table, and every row of the table is a target with a folder")
    func complete() throws {
        let (package, table) = (try PackageTargets.read(), try HouseTable.read())
        let targets = package.targets.filter { !$0.isTest }.map(\.name).sorted()
        #expect(targets == table.rows.map(\.target).sorted())
        let folders = try FileManager.default.contentsOfDirectory(atPath: PackageTargets.root.path + "/Sources")
        #expect(targets == folders.filter { !$0.hasPrefix(".") }.sorted())
    }

    @Test("what a target declares is what its row allows")
    func declared() throws {
        let (package, table) = (try PackageTargets.read(), try HouseTable.read())
        let rows = Dictionary(uniqueKeysWithValues: table.rows.map { ($0.target, $0) })
        for target in package.targets where !target.isTest {
            guard let row = rows[target.name] else { continue }
            let surplus = target.dependencies.subtracting(row.mayImport).subtracting(Self.everywhere)
            #expect(surplus == [], "\(target.name) declares what docs/architecture.md does not allow it")
        }
    }

    @Test("what a row allows is below it, or beside it, and never leads back")
    func down() throws {
        let table = try HouseTable.read()
        let floors = Dictionary(uniqueKeysWithValues: table.rows.map { ($0.target, HouseTable.floor($0.floor)) })
        let allowed = Dictionary(uniqueKeysWithValues: table.rows.map { ($0.target, $0.mayImport) })
        for row in table.rows {
            let own = try #require(HouseTable.floor(row.floor))
            for name in row.mayImport {
                guard let theirs = floors[name].flatMap({ $0 }) else { continue }
                #expect(theirs.rawValue <= own.rawValue, "\(row.target) looks up to \(name)")
            }
            #expect(!Self.reached(from: row.target, allowed).contains(row.target), "\(row.target) is in a circle")
        }
    }

    private static func reached(from start: String, _ allowed: [String: Set<String>]) -> Set<String> {
        var (reached, frontier): (Set<String>, [String]) = ([], [start])
        while let name = frontier.popLast() {
            for next in allowed[name] ?? [] where reached.insert(next).inserted { frontier.append(next) }
        }
        return reached
    }

    @Test("the table lists nothing that its target does not declare")
    func noSurplus() throws {
        let (package, table) = (try PackageTargets.read(), try HouseTable.read())
        let declared = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0.dependencies) })
        for row in table.rows {
            let surplus = row.mayImport.subtracting(declared[row.target] ?? [])
            #expect(surplus == [], "docs/architecture.md allows \(row.target) what it does not need")
        }
    }

    @Test("a file imports only what its target declares")
    func files() throws {
        for target in try PackageTargets.read().targets where !target.isTest {
            let allowed = target.dependencies.union(Self.system)
            for file in try SourceFile.all(below: "Sources/\(target.name)") {
                #expect(file.imports.subtracting(allowed) == [], "\(file.path): not declared by \(target.name)")
            }
        }
    }

    @Test("what a target declares is imported by one of its files at least")
    func used() throws {
        for target in try PackageTargets.read().targets where !target.isTest {
            let imports = try SourceFile.all(below: "Sources/\(target.name)").reduce(into: Set<String>()) {
                $0.formUnion($1.imports)
            }
            guard !imports.isEmpty else { continue }
            #expect(target.dependencies.subtracting(imports) == [], "\(target.name) declares what it never imports")
        }
    }
}
