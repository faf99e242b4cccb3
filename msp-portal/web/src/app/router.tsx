import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { problemOf } from "../api/problem";
import { meQuery } from "../api/queries";
import type { AuditFilter } from "../api/queries";
import { type GridView, readGridView } from "../parts/grid/grid_view";
import { readAuditFilter } from "../screens/audit/audit_filter";
import { Crashed, NotFound, Waiting } from "../shell/fallbacks";
import { Shell } from "../shell/shell";
import { lazyScreen } from "./lazy_screen";

interface Context {
  queryClient: QueryClient;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: text(search.next) }),
  component: lazyScreen(() => import("../screens/sign_in/sign_in_screen"), "SignInScreen"),
});
const setUp = createRoute({
  getParentRoute: () => root,
  path: "/set-up",
  component: lazyScreen(() => import("../screens/set_up/set_up_screen"), "SetUpScreen"),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyScreen(() => import("../screens/invitation/invitation_screen"), "InvitationScreen"),
});

/** Everything behind the sign-in. `customer` narrows lists to one customer and stays while going around. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  validateSearch: (search: Record<string, unknown>): { customer?: string } => ({ customer: text(search.customer) }),
  search: { middlewares: [retainSearchParams(["customer"])] },
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (problemOf(error).word !== "unauthenticated") throw error;
      throw redirect({ to: "/sign-in", search: location.pathname === "/" ? {} : { next: location.href } });
    }
  },
  component: Shell,
});

const dashboard = createRoute({
  getParentRoute: () => inside,
  path: "/",
  component: lazyScreen(() => import("../screens/dashboard/dashboard_screen"), "DashboardScreen"),
});
const start = createRoute({
  getParentRoute: () => inside,
  path: "/start",
  component: lazyScreen(() => import("../screens/start/start_screen"), "StartScreen"),
});
const customers = createRoute({
  getParentRoute: () => inside,
  path: "/customers",
  validateSearch: (search: Record<string, unknown>): GridView => readGridView(search),
  component: lazyScreen(() => import("../screens/customers/customers_screen"), "CustomersScreen"),
});
const customer = createRoute({
  getParentRoute: () => inside,
  path: "/customers/$id",
  component: lazyScreen(() => import("../screens/customers/customer_screen"), "CustomerScreen"),
});
const devices = createRoute({
  getParentRoute: () => inside,
  path: "/devices",
  validateSearch: (search: Record<string, unknown>): GridView => readGridView(search),
  component: lazyScreen(() => import("../screens/devices/devices_screen"), "DevicesScreen"),
});
const device = createRoute({
  getParentRoute: () => inside,
  path: "/devices/$id",
  component: lazyScreen(() => import("../screens/devices/device_screen"), "DeviceScreen"),
});
const exposure = createRoute({
  getParentRoute: () => inside,
  path: "/offline-exposure",
  validateSearch: (search: Record<string, unknown>): GridView => readGridView(search),
  component: lazyScreen(() => import("../screens/exposure/exposure_screen"), "ExposureScreen"),
});
const removedDevices = createRoute({
  getParentRoute: () => inside,
  path: "/removed-devices",
  component: lazyScreen(() => import("../screens/devices/removed_screen"), "RemovedScreen"),
});
const technicians = createRoute({
  getParentRoute: () => inside,
  path: "/technicians",
  validateSearch: (search: Record<string, unknown>): GridView => readGridView(search),
  component: lazyScreen(() => import("../screens/technicians/technicians_screen"), "TechniciansScreen"),
});
const technician = createRoute({
  getParentRoute: () => inside,
  path: "/technicians/$id",
  component: lazyScreen(() => import("../screens/technicians/technician_screen"), "TechnicianScreen"),
});
const departments = createRoute({
  getParentRoute: () => inside,
  path: "/departments",
  validateSearch: (search: Record<string, unknown>): GridView => readGridView(search),
  component: lazyScreen(() => import("../screens/departments/departments_screen"), "DepartmentsScreen"),
});
const department = createRoute({
  getParentRoute: () => inside,
  path: "/departments/$id",
  component: lazyScreen(() => import("../screens/departments/department_screen"), "DepartmentScreen"),
});
const deviceGroups = createRoute({
  getParentRoute: () => inside,
  path: "/device-groups",
  validateSearch: (search: Record<string, unknown>): GridView => readGridView(search),
  component: lazyScreen(() => import("../screens/groups/groups_screen"), "GroupsScreen"),
});
const deviceGroup = createRoute({
  getParentRoute: () => inside,
  path: "/device-groups/$id",
  component: lazyScreen(() => import("../screens/groups/group_screen"), "GroupScreen"),
});
const roles = createRoute({
  getParentRoute: () => inside,
  path: "/roles",
  validateSearch: (search: Record<string, unknown>): { role?: string } => ({ role: text(search.role) }),
  component: lazyScreen(() => import("../screens/roles/roles_screen"), "RolesScreen"),
});
const policies = createRoute({
  getParentRoute: () => inside,
  path: "/policies",
  validateSearch: (search: Record<string, unknown>): GridView => readGridView(search),
  component: lazyScreen(() => import("../screens/policies/policies_screen"), "PoliciesScreen"),
});
const newPolicy = createRoute({
  getParentRoute: () => inside,
  path: "/policies/new",
  validateSearch: (search: Record<string, unknown>): { from?: string } => ({ from: text(search.from) }),
  component: lazyScreen(() => import("../screens/policies/new_policy_screen"), "NewPolicyScreen"),
});
const policy = createRoute({
  getParentRoute: () => inside,
  path: "/policies/$id",
  component: lazyScreen(() => import("../screens/policies/policy_screen"), "PolicyScreen"),
});
const policyRevision = createRoute({
  getParentRoute: () => inside,
  path: "/policies/$id/revise",
  component: lazyScreen(() => import("../screens/policies/revise_policy_screen"), "RevisePolicyScreen"),
});
const requests = createRoute({
  getParentRoute: () => inside,
  path: "/changes",
  component: lazyScreen(() => import("../screens/requests/requests_screen"), "RequestsScreen"),
});
const request = createRoute({
  getParentRoute: () => inside,
  path: "/changes/$id",
  component: lazyScreen(() => import("../screens/requests/request_screen"), "RequestScreen"),
});
const audit = createRoute({
  getParentRoute: () => inside,
  path: "/audit",
  validateSearch: (search: Record<string, unknown>): AuditFilter => readAuditFilter(search),
  component: lazyScreen(() => import("../screens/audit/audit_screen"), "AuditScreen"),
});
const realPhone = createRoute({
  getParentRoute: () => inside,
  path: "/real-phone",
  component: lazyScreen(() => import("../screens/real_phone/real_phone_screen"), "RealPhoneScreen"),
});
const restore = createRoute({
  getParentRoute: () => inside,
  path: "/restore",
  component: lazyScreen(() => import("../screens/restore/restore_screen"), "RestoreScreen"),
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  component: lazyScreen(() => import("../screens/settings/settings_screen"), "SettingsScreen"),
});

const tree = root.addChildren([
  signIn,
  setUp,
  invitation,
  inside.addChildren([
    dashboard,
    start,
    customers,
    customer,
    devices,
    device,
    exposure,
    removedDevices,
    technicians,
    technician,
    departments,
    department,
    deviceGroups,
    deviceGroup,
    roles,
    policies,
    newPolicy,
    policy,
    policyRevision,
    requests,
    request,
    audit,
    realPhone,
    restore,
    settings,
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPendingComponent: Waiting,
    defaultErrorComponent: Crashed,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}
