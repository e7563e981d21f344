import AppManifest
import BeamRelease
import Deploying
import FleetModel
import Testing

@Suite("Planning a build")
struct BuildPlanTests {
    private func plan(
        _ files: [String: String], _ build: BuildSpec = BuildSpec(), app: String = "shop", environment: [String: String] = [:]
    ) throws -> (steps: [String], directory: String) {
        let project = try Project(files)
        let plan = try BuildPlan(ProjectSurvey(of: project.path), build, app: app, environment: environment)
        #expect(plan.steps.allSatisfy { $0.directory == project.path })
        return (plan.steps.map(\.description), plan.releaseDirectory.replacing(project.path, with: "."))
    }

    private func refusal(_ files: [String: String], _ build: BuildSpec = BuildSpec(), app: String = "shop") -> BuildError? {
        do {
            _ = try plan(files, build, app: app)
            return nil
        } catch {
            return error as? BuildError
        }
    }

    @Test("a mix project without dependencies needs one step")
    func plain() throws {
        let plan = try plan(["mix.exs": Project.plainMix])
        #expect(plan.steps == ["MIX_ENV=prod mix release --overwrite"], "mix knows no name where mix.exs defines no release")
        #expect(plan.directory == "./_build/prod/rel/hello")
        let named = try self.plan(["mix.exs": Project.plainMix.replacing("deps: ", with: "releases: [hello: []], deps: ")])
        #expect(named.steps == ["MIX_ENV=prod mix release hello --overwrite"])
    }

    @Test(
        "a Phoenix project gets its dependencies, then its assets, then the release that is named as the app or in the manifest")
    func phoenix() throws {
        let files = ["mix.exs": Project.phoenixMix]
        #expect(
            try plan(files, app: "shop-web").steps == [
                "MIX_ENV=prod mix deps.get --only prod", "MIX_ENV=prod mix compile", "MIX_ENV=prod mix assets.deploy",
                "MIX_ENV=prod mix release shop_web --overwrite",
            ])
        #expect(
            try plan(files, BuildSpec(release: "shop_jobs", assets: false)).steps == [
                "MIX_ENV=prod mix deps.get --only prod", "MIX_ENV=prod mix release shop_jobs --overwrite",
            ])
    }

    @Test("rebar3 and Distillery are called as their users do")
    func others() throws {
        let rebar = try plan(["rebar.config": "{relx, [{release, {shop, \"1\"}, [shop]}]}."])
        #expect(rebar.steps == ["rebar3 as prod release -n shop"] && rebar.directory == "./_build/prod/rel/shop")
        let config = "release :shop do\nend"
        let distillery = try plan(["mix.exs": Project.plainMix, "rel/config.exs": config], BuildSpec(tool: .distillery))
        #expect(distillery.steps == ["MIX_ENV=prod mix distillery.release --name=shop"])
        #expect(distillery.directory == "./_build/prod/rel/shop")
    }

    @Test("where the tools are told to build elsewhere, the release is looked for there")
    func elsewhere() throws {
        let files = ["mix.exs": Project.plainMix]
        #expect(try plan(files, environment: ["MIX_BUILD_ROOT": "/b"]).directory == "/b/prod/rel/hello")
        #expect(try plan(files, environment: ["MIX_BUILD_PATH": "out"]).directory == "./out/rel/hello")
    }

    @Test("what is unclear or cannot be is refused, with what to do")
    func refused() {
        #expect(refusal([:])?.code == .noProject)
        let several = refusal(["mix.exs": Project.phoenixMix])
        #expect(several?.code == .whichRelease && several?.reason == "defines several releases: shop_web, shop_jobs")
        #expect(several?.next?.contains("build.release") == true)
        #expect(refusal(["mix.exs": Project.plainMix], BuildSpec(release: "other"))?.code == .whichRelease)
        #expect(refusal(["mix.exs": Project.plainMix], BuildSpec(tool: .rebar3))?.code == .whichRelease)
        #expect(refusal(["rebar.config": "{deps, []}."])?.reason == "defines no release")
    }

    @Test("the manifest and the release know the same reserved variables and tools")
    func sameWords() {
        #expect(ReservedVariables.always == LaunchEnvironment.reserved)
        #expect(ReservedVariables.inClusters == LaunchEnvironment.reservedInClusters)
        #expect(ReservedVariables.prefix == LaunchEnvironment.reservedPrefix)
        #expect(Set(Release.Tool.allCases.map { ReleaseTool($0) }) == Set(ReleaseTool.allCases))
        #expect(LaunchRequest.Discovery.allCases.map(\.rawValue) == ClusterSpec.Discovery.allCases.map(\.rawValue))
    }
}
