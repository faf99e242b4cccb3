-- System roles: the same in every team, never changed or deleted.
INSERT INTO role (id, team_id, name, purpose) VALUES
    (x'01900000000070008000000000000001', NULL, 'Full device access', 'devices'),
    (x'01900000000070008000000000000002', NULL, 'Only device connection', 'devices'),
    (x'01900000000070008000000000000003', NULL, 'All invitations', 'invitations'),
    (x'01900000000070008000000000000004', NULL, 'Own invitations', 'invitations'),
    (x'01900000000070008000000000000005', NULL, 'Team administrator', 'administration'),
    (x'01900000000070008000000000000006', NULL, 'Branding administrator', 'administration'),
    (x'01900000000070008000000000000007', NULL, 'Billing administrator', 'administration'),
    (x'01900000000070008000000000000008', NULL, 'Auditor', 'administration'),
    (x'01900000000070008000000000000009', NULL, 'Devices list', 'administration');

-- Full device access
INSERT INTO role_permission (role_id, permission) VALUES
    (x'01900000000070008000000000000001', 'approve_elevation'),
    (x'01900000000070008000000000000001', 'black_screen_and_input_lock'),
    (x'01900000000070008000000000000001', 'calls'),
    (x'01900000000070008000000000000001', 'chat'),
    (x'01900000000070008000000000000001', 'clipboard_sync'),
    (x'01900000000070008000000000000001', 'connection_history'),
    (x'01900000000070008000000000000001', 'device_delete'),
    (x'01900000000070008000000000000001', 'device_modify'),
    (x'01900000000070008000000000000001', 'file_manager'),
    (x'01900000000070008000000000000001', 'issue_temporary_admin_code'),
    (x'01900000000070008000000000000001', 'lock_unlock'),
    (x'01900000000070008000000000000001', 'modify_notifications'),
    (x'01900000000070008000000000000001', 'reboot'),
    (x'01900000000070008000000000000001', 'recording_delete'),
    (x'01900000000070008000000000000001', 'screen_control'),
    (x'01900000000070008000000000000001', 'screen_preview'),
    (x'01900000000070008000000000000001', 'screen_view'),
    (x'01900000000070008000000000000001', 'software_inventory'),
    (x'01900000000070008000000000000001', 'technician_sign_in'),
    (x'01900000000070008000000000000001', 'terminal'),
    (x'01900000000070008000000000000001', 'wake_up');

-- Only device connection
INSERT INTO role_permission (role_id, permission) VALUES
    (x'01900000000070008000000000000002', 'black_screen_and_input_lock'),
    (x'01900000000070008000000000000002', 'calls'),
    (x'01900000000070008000000000000002', 'chat'),
    (x'01900000000070008000000000000002', 'clipboard_sync'),
    (x'01900000000070008000000000000002', 'file_manager'),
    (x'01900000000070008000000000000002', 'lock_unlock'),
    (x'01900000000070008000000000000002', 'reboot'),
    (x'01900000000070008000000000000002', 'screen_control'),
    (x'01900000000070008000000000000002', 'screen_view'),
    (x'01900000000070008000000000000002', 'technician_sign_in'),
    (x'01900000000070008000000000000002', 'terminal'),
    (x'01900000000070008000000000000002', 'wake_up');

-- All invitations
INSERT INTO role_permission (role_id, permission) VALUES
    (x'01900000000070008000000000000003', 'all_invitations'),
    (x'01900000000070008000000000000003', 'calls'),
    (x'01900000000070008000000000000003', 'chat'),
    (x'01900000000070008000000000000003', 'clipboard_sync'),
    (x'01900000000070008000000000000003', 'file_manager'),
    (x'01900000000070008000000000000003', 'installation_request'),
    (x'01900000000070008000000000000003', 'reboot'),
    (x'01900000000070008000000000000003', 'recording_delete'),
    (x'01900000000070008000000000000003', 'screen_control'),
    (x'01900000000070008000000000000003', 'screen_preview'),
    (x'01900000000070008000000000000003', 'screen_view'),
    (x'01900000000070008000000000000003', 'terminal');

-- Own invitations
INSERT INTO role_permission (role_id, permission) VALUES
    (x'01900000000070008000000000000004', 'calls'),
    (x'01900000000070008000000000000004', 'chat'),
    (x'01900000000070008000000000000004', 'clipboard_sync'),
    (x'01900000000070008000000000000004', 'file_manager'),
    (x'01900000000070008000000000000004', 'installation_request'),
    (x'01900000000070008000000000000004', 'own_invitations'),
    (x'01900000000070008000000000000004', 'reboot'),
    (x'01900000000070008000000000000004', 'recording_delete'),
    (x'01900000000070008000000000000004', 'screen_control'),
    (x'01900000000070008000000000000004', 'screen_preview'),
    (x'01900000000070008000000000000004', 'screen_view'),
    (x'01900000000070008000000000000004', 'terminal');

-- Team administrator
INSERT INTO role_permission (role_id, permission) VALUES
    (x'01900000000070008000000000000005', 'approve_access_policies'),
    (x'01900000000070008000000000000005', 'audit_log'),
    (x'01900000000070008000000000000005', 'billing'),
    (x'01900000000070008000000000000005', 'branding'),
    (x'01900000000070008000000000000005', 'permanent_access'),
    (x'01900000000070008000000000000005', 'technicians_and_settings');

-- Branding administrator
INSERT INTO role_permission (role_id, permission) VALUES
    (x'01900000000070008000000000000006', 'branding');

-- Billing administrator
INSERT INTO role_permission (role_id, permission) VALUES
    (x'01900000000070008000000000000007', 'billing');

-- Auditor
INSERT INTO role_permission (role_id, permission) VALUES
    (x'01900000000070008000000000000008', 'audit_log');

-- Devices list
INSERT INTO role_permission (role_id, permission) VALUES
    (x'01900000000070008000000000000009', 'permanent_access');

CREATE TRIGGER system_role_is_not_edited BEFORE UPDATE ON role WHEN OLD.team_id IS NULL
BEGIN SELECT RAISE(ABORT, 'system roles cannot be changed'); END;
CREATE TRIGGER system_role_is_not_deleted BEFORE DELETE ON role WHEN OLD.team_id IS NULL
BEGIN SELECT RAISE(ABORT, 'system roles cannot be deleted'); END;
CREATE TRIGGER system_role_permissions_are_not_added BEFORE INSERT ON role_permission
WHEN (SELECT team_id FROM role WHERE id = NEW.role_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'system roles cannot be changed'); END;
CREATE TRIGGER system_role_permissions_are_not_removed BEFORE DELETE ON role_permission
WHEN (SELECT team_id FROM role WHERE id = OLD.role_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'system roles cannot be changed'); END;
