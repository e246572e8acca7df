"""Keep the team of admins: who has which role, who was invited, and who is suspended.

ADMIN_IDS names owners. Owners invite others in the chat. Other packages build on these small interfaces:

    Team.role_of(user), Team.ids, Team.with_permission(permission)     who may do what now: `membership`
    action_permission(action)                                          what a button needs: `permissions`
"""
